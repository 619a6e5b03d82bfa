const MISSING_VALUE = 1048;
const DUPLICATE_KEY = 1062;
const MISSING_TABLE = 1146;
const LOCK_WAIT_TIMEOUT = 1205;
const DEADLOCK = 1213;
/** SQL states of a statement that was killed, and of a connection or a server that ends: a COMMIT may have come before. */
const INTERRUPTED = /^(70100|08)/;

/** NULL for a column that takes none. */
export function isMissingValue(error: unknown): boolean {
  return fieldOf(error, 'errno') === MISSING_VALUE;
}

export function isDuplicateKey(error: unknown): boolean {
  return fieldOf(error, 'errno') === DUPLICATE_KEY;
}

export function isMissingTable(error: unknown): boolean {
  return fieldOf(error, 'errno') === MISSING_TABLE;
}

export function isDeadlock(error: unknown): boolean {
  return fieldOf(error, 'errno') === DEADLOCK;
}

/** Whether the statement may succeed later: it waited too long for a lock, or the connection or the server went away. */
export function isTransientSqlError(error: unknown): boolean {
  return isDeadlock(error) || fieldOf(error, 'errno') === LOCK_WAIT_TIMEOUT || fieldOf(error, 'fatal') === true;
}

/** Whether the server answered that it does not do it; after any other failure it may have done it. */
export function isRefusedBySql(error: unknown): boolean {
  const state = fieldOf(error, 'sqlState');
  return typeof state === 'string' && !INTERRUPTED.test(state) && fieldOf(error, 'fatal') !== true;
}

/** TypeORM's errors have the fields of the driver's. */
function fieldOf(error: unknown, name: 'errno' | 'fatal' | 'sqlState'): unknown {
  return error instanceof Error ? (error as Error & Partial<Record<typeof name, unknown>>)[name] : undefined;
}
