import { z } from 'zod';
import { tracingSettings } from './tracing/tracing.js';

/** Marks a setting whose value is never printed. */
const secrets = new WeakSet<object>();
/** What production asks of a setting beside its type. */
const productionRules = new WeakMap<object, (value: string | undefined) => string | undefined>();
const MIN_KEY_LENGTH = 32;

/** A secret setting: validated like any text, shown as `***`. */
export function secret(): z.ZodString {
  const schema = z.string().min(1);
  secrets.add(schema);
  return schema;
}

/** Production refuses to start when `problem` finds one with the value. */
export function inProduction<Schema extends z.ZodType>(
  schema: Schema,
  problem: (value: string | undefined) => string | undefined,
): Schema {
  productionRules.set(schema, problem);
  return schema;
}

/** What is wrong with a key: known to everybody, or short enough to be guessed. */
export function keyProblem(key: string | undefined, knownToAll: string): string | undefined {
  if (key === undefined || key === knownToAll) return 'must be set when NODE_ENV is production';
  return key.length < MIN_KEY_LENGTH ? `must have at least ${MIN_KEY_LENGTH} characters` : undefined;
}

/** An account without a password, or with the one that docker-compose.yml gives it. */
function databaseUrlProblem(url = ''): string | undefined {
  const { username, password } = URL.canParse(url) ? new URL(url) : { username: '', password: '' };
  const known = password === '' || password === username || password.endsWith('-of-trade');
  return known ? 'must have a password of your own when NODE_ENV is production' : undefined;
}

export const port = (fallback: number) => z.coerce.number().int().min(0).max(65535).default(fallback);
export const durationMs = (fallback: number) => z.coerce.number().int().positive().default(fallback);

/** `host:port` of another service. */
export const address = (fallback: string) =>
  z
    .string()
    .regex(/^[^\s:/]+:\d{1,5}$/, 'must be host:port')
    .default(fallback);

const IPV4_AND_PORT = String.raw`(?:\d{1,3}\.){3}\d{1,3}:\d{1,5}`;

/**
 * Where the instances of another service are: `host:port`, of all addresses that the name has, or several `ip:port` with
 * commas in between.
 */
export const addresses = (fallback: string) =>
  z
    .string()
    .regex(
      new RegExp(`^(?:[^\\s:/,]+:\\d{1,5}|${IPV4_AND_PORT}(?:,${IPV4_AND_PORT})+)$`),
      'must be host:port, or several ip:port with commas in between',
    )
    .default(fallback);

/** In the sources, so no secret: production refuses it. */
const DEVELOPMENT_TOKEN = 'the-token-of-development-known-to-everyone';

/** What every service is told. */
export const commonSettings = {
  NODE_ENV: z.string().default('development'),
  BIND_HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** `pretty` for people. */
  LOG_FORMAT: z.enum(['json', 'pretty']).default('json'),
  /** `mysql://user:password@host:port/database`: the service's own account, which sees its own database only. */
  DATABASE_URL: inProduction(secret(), databaseUrlProblem),
  /** PEM file of whoever signed the database server's certificate: connections are encrypted, and the server proves its name. */
  DATABASE_TLS_CA_FILE: z.string().optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(500).default(16),
  /** Messages that were consumed so long ago are forgotten. A broker brings dead letters again for three days. */
  INBOX_KEEP_HOURS: z.coerce.number().positive().default(168),
  /** gRPC address of the built-in broker or of an Apache RocketMQ 5 proxy. */
  ROCKETMQ_ENDPOINT: address('127.0.0.1:8081'),
  ROCKETMQ_ACCESS_KEY: z.string().optional(),
  ROCKETMQ_SECRET_KEY: secret().optional(),
  /** The services show it to each other. Several with commas between while it changes: the first is shown, all are taken. */
  INTERNAL_TOKEN: inProduction(secret().default(DEVELOPMENT_TOKEN), (tokens = DEVELOPMENT_TOKEN) =>
    tokens
      .split(',')
      .map((token) => keyProblem(token, DEVELOPMENT_TOKEN))
      .find((problem) => problem !== undefined),
  ),
  /** PEM files, all three or none: then both sides of a gRPC connection show a certificate of this authority. */
  GRPC_TLS_CERT_FILE: z.string().optional(),
  GRPC_TLS_KEY_FILE: z.string().optional(),
  GRPC_TLS_CA_FILE: z.string().optional(),
  /** For GET /metrics; without one it answers this machine only. */
  METRICS_TOKEN: inProduction(secret().optional(), (token) =>
    token?.endsWith('-of-trade') ? 'must be a token of your own when NODE_ENV is production' : undefined,
  ),
  ...tracingSettings,
  /** Whether it records what happens to orders, for their timelines. */
  ORDER_TIMELINE: z.enum(['on', 'off']).default(process.env['NODE_ENV'] === 'production' ? 'off' : 'on'),
};

export type CommonConfig = z.infer<z.ZodObject<typeof commonSettings>>;

export class ConfigError extends Error {}

/**
 * Reads the settings of a process from its environment and prints them, secrets masked.
 * An empty variable counts as not set.
 * @throws {ConfigError} with one line per wrong setting
 */
export function loadConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: NodeJS.ProcessEnv = process.env,
): z.infer<z.ZodObject<Shape>> {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => name in shape && value !== ''),
  );
  const result = z.object(shape).safeParse(given);
  const problems = (result.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (environment['NODE_ENV'] === 'production') problems.push(...productionProblems(shape, given));
  if (!result.success || problems.length > 0) throw new ConfigError(problems.join('\n'));
  return result.data;
}

function productionProblems(shape: z.ZodRawShape, given: Record<string, string | undefined>): string[] {
  return Object.entries(shape).flatMap(([name, schema]) => {
    const problem = productionRules.get(schema)?.(given[name]);
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
}

/** The settings as they may be shown: a secret that is set reads `***`. */
export function maskedConfig(shape: z.ZodRawShape, config: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [name, isSecret(shape[name]) && value !== undefined ? '***' : value]),
  );
}

function isSecret(schema: unknown): boolean {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return isSecret(schema.unwrap());
  return typeof schema === 'object' && schema !== null && secrets.has(schema);
}
