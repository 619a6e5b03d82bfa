import { z } from 'zod';

/** Marks a setting whose value is never printed. */
const secrets = new WeakSet<object>();

/** A secret setting: validated like any text, shown as `***`. Where it is missing, `whenMissing` says why it is needed. */
export function secret(whenMissing?: string): z.ZodString {
  const schema = z.string(whenMissing).min(1);
  secrets.add(schema);
  return schema;
}

export const port = (fallback: number) => z.coerce.number().int().min(0).max(65535).default(fallback);
export const durationMs = (fallback: number) => z.coerce.number().int().positive().default(fallback);

/** `host:port` of another service. */
export const address = (fallback: string) =>
  z
    .string()
    .regex(/^[^\s:/]+:\d{1,5}$/, 'must be host:port')
    .default(fallback);

/** What every service is told. */
export const commonSettings = {
  NODE_ENV: z.string().default('development'),
  BIND_HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** `mysql://user:password@host:port/database`: the service's own account, which sees its own database only. */
  DATABASE_URL: secret(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(500).default(16),
  /** gRPC address of the built-in broker or of an Apache RocketMQ 5 proxy. */
  ROCKETMQ_ENDPOINT: address('127.0.0.1:8081'),
  ROCKETMQ_ACCESS_KEY: z.string().optional(),
  ROCKETMQ_SECRET_KEY: secret().optional(),
};

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
  if (!result.success) {
    throw new ConfigError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
  }
  return result.data;
}

/** The settings as they may be shown: a secret that is set reads `***`. */
export function maskedConfig(shape: z.ZodRawShape, config: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [name, isSecret(shape[name]) && value !== undefined ? '***' : value]),
  );
}

function isSecret(schema: unknown): boolean {
  if (schema instanceof z.ZodOptional) return isSecret(schema.unwrap());
  return typeof schema === 'object' && schema !== null && secrets.has(schema);
}
