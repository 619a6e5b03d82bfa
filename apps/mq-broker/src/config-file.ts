import { readFileSync } from 'node:fs';
import { TOPIC_TYPES, type GroupConfig, type TopicConfig } from '@trade/mq';
import { ConfigError } from './config-error.js';

export interface Declared {
  topics: TopicConfig[];
  groups: GroupConfig[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Topics and consumer groups of a JSON file:
 * `{"topics": [{"name", "type"?, "queues"?}], "groups": [{"name", "orderly"?, "maxAttempts"?, "retryDelaysMs"?,
 * "exponentialRetry"?: {"initialMs", "maxMs", "multiplier"}}]}`. Throws ConfigError with the place that is wrong.
 */
export function readConfigFile(path: string): Declared {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`MQ_CONFIG_FILE ${path} cannot be read: ${String(error)}`);
  }
  try {
    return declaredIn(content);
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`MQ_CONFIG_FILE ${path}: ${error.message}`);
    throw error;
  }
}

/** Throws ConfigError. */
export function declaredIn(content: unknown): Declared {
  const file = object(content, 'the file', ['topics', 'groups']);
  return {
    topics: list(file['topics'], 'topics').map((topic, i) => topicOf(topic, `topics[${i}]`)),
    groups: list(file['groups'], 'groups').map((group, i) => groupOf(group, `groups[${i}]`)),
  };
}

/** The broker checks names and ranges itself, at start. */
function topicOf(value: unknown, at: string): TopicConfig {
  const topic = object(value, at, ['name', 'type', 'queues']);
  const type = TOPIC_TYPES.find((known) => known === (topic['type'] ?? 'NORMAL'));
  if (!type) throw new ConfigError(`${at}.type must be one of ${TOPIC_TYPES.join(', ')}`);
  return { name: text(topic['name'], `${at}.name`), type, ...optional(topic, 'queues', number, at) };
}

function groupOf(value: unknown, at: string): GroupConfig {
  const group = object(value, at, ['name', 'orderly', 'maxAttempts', 'retryDelaysMs', 'exponentialRetry']);
  return {
    name: text(group['name'], `${at}.name`),
    ...optional(group, 'orderly', boolean, at),
    ...optional(group, 'maxAttempts', number, at),
    ...optional(group, 'retryDelaysMs', numbers, at),
    ...optional(group, 'exponentialRetry', exponentialRetry, at),
  };
}

function exponentialRetry(value: unknown, at: string): NonNullable<GroupConfig['exponentialRetry']> {
  const retry = object(value, at, ['initialMs', 'maxMs', 'multiplier']);
  const field = (name: string) => number(retry[name], `${at}.${name}`);
  return { initialMs: field('initialMs'), maxMs: field('maxMs'), multiplier: field('multiplier') };
}

function optional<Name extends string, T>(
  from: Json,
  name: Name,
  read: (value: unknown, at: string) => T,
  at: string,
): { [field in Name]?: T } {
  return from[name] === undefined ? {} : ({ [name]: read(from[name], `${at}.${name}`) } as { [field in Name]: T });
}

function object(value: unknown, at: string, known: readonly string[]): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ConfigError(`${at} must be an object`);
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new ConfigError(`${at} has an unknown field: ${unknown}`);
  return value as Json;
}

function list(value: unknown, at: string): unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new ConfigError(`${at} must be a list`);
  return value;
}

function text(value: unknown, at: string): string {
  if (typeof value !== 'string') throw new ConfigError(`${at} must be text`);
  return value;
}

function number(value: unknown, at: string): number {
  if (typeof value !== 'number') throw new ConfigError(`${at} must be a number`);
  return value;
}

function numbers(value: unknown, at: string): number[] {
  return list(value, at).map((item, i) => number(item, `${at}[${i}]`));
}

function boolean(value: unknown, at: string): boolean {
  if (typeof value !== 'boolean') throw new ConfigError(`${at} must be true or false`);
  return value;
}
