import { readFileSync } from 'node:fs';
import { Grants, type Permission } from './grants.js';

/** A file of access keys that cannot be used; the message names the file and the place in it. */
export class AccessFileError extends Error {}

export interface User {
  /** As refusals name it. */
  readonly name: string;
  /** Unset for the anonymous user. */
  readonly secretKey: string | undefined;
  /** May do everything. */
  readonly admin: boolean;
  readonly topics: Grants;
  readonly groups: Grants;
}

export interface AccessRules {
  readonly users: ReadonlyMap<string, User>;
  /** Who signs nothing; undefined = must sign. */
  readonly anonymous: User | undefined;
}

type Json = Record<string, unknown>;

const USER_FIELDS = ['accessKey', 'secretKey', 'admin', 'topics', 'groups'];

/** Throws AccessFileError. */
export function readAccessFile(path: string): AccessRules {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new AccessFileError(`the access file ${path} cannot be read: ${String(error)}`);
  }
  try {
    return accessRules(content);
  } catch (error) {
    if (error instanceof AccessFileError) throw new AccessFileError(`the access file ${path}: ${error.message}`);
    throw error;
  }
}

/**
 * `{"users": [{"accessKey", "secretKey", "admin"?, "topics"?: {name: "PUB|SUB"}, "groups"?: {name: "SUB"}}],
 * "anonymous"?: {"topics"?, "groups"?}}`. Throws AccessFileError.
 */
export function accessRules(content: unknown): AccessRules {
  const file = object(content, 'the file', ['users', 'anonymous']);
  if (!Array.isArray(file['users'])) throw new AccessFileError('users must be a list');
  const users = new Map<string, User>();
  for (const [i, entry] of file['users'].entries()) {
    const fields = object(entry, `users[${i}]`, USER_FIELDS);
    const accessKey = text(fields['accessKey'], `users[${i}].accessKey`);
    if (users.has(accessKey)) throw new AccessFileError(`access key ${accessKey} is there twice`);
    users.set(accessKey, user(fields, accessKey, text(fields['secretKey'], `users[${i}].secretKey`)));
  }
  const anonymous = file['anonymous'];
  if (anonymous === undefined) return { users, anonymous: undefined };
  return { users, anonymous: user(object(anonymous, 'anonymous', ['topics', 'groups']), 'anonymous', undefined) };
}

function user(fields: Json, name: string, secretKey: string | undefined): User {
  const admin = fields['admin'] ?? false;
  if (typeof admin !== 'boolean') throw new AccessFileError(`admin of ${name} must be true or false`);
  return {
    name,
    secretKey,
    admin,
    topics: grants(fields['topics'], `topics of ${name}`, ['PUB', 'SUB']),
    groups: grants(fields['groups'], `groups of ${name}`, ['SUB']),
  };
}

function grants(value: unknown, where: string, known: readonly Permission[]): Grants {
  const entries = Object.entries(value === undefined ? {} : object(value, where)).map(([pattern, granted]) => {
    if (pattern.slice(0, -1).includes('*')) throw new AccessFileError(`${where}: ${pattern}, * can only be at the end`);
    const words = text(granted, `${where}: ${pattern}`).split('|');
    if (words.length === 1 && words[0] === 'DENY') return [pattern, []] as const;
    const permissions = words.map((word) => {
      const permission = known.find((one) => one === word.trim());
      if (!permission)
        throw new AccessFileError(`${where}: ${pattern} is ${granted}, use DENY or some of ${known.join('|')}`);
      return permission;
    });
    return [pattern, permissions] as const;
  });
  return new Grants(entries);
}

function object(value: unknown, where: string, known?: readonly string[]): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AccessFileError(`${where} must be an object`);
  const unknown = known && Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new AccessFileError(`${where} has an unknown field ${unknown}`);
  return value as Json;
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string' || value === '') throw new AccessFileError(`${where} must be a text`);
  return value;
}
