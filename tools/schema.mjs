import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { say, UserError } from './console.mjs';
import { migrate } from './migrations.mjs';
import { root } from './paths.mjs';

/** The databases of the system; each is its service's account name too. */
export const SCHEMAS = ['trade_order', 'trade_pay', 'trade_goods', 'trade_coupon', 'trade_user'];

/** Held by whoever changes the schema: several may start at the same time. */
const LOCK = 'trade schema';
/** A change of a large table takes its time. */
const LOCK_WITHIN_S = 3_600;

/**
 * Brings databases and tables up to the newest migrations, then accounts and sample rows. All of it may be there already:
 * nothing is changed then.
 */
export async function applySchema(adminUrl, { env = process.env, sampleData = true } = {}) {
  if (env.NODE_ENV === 'production') refuseKnownPassword(adminUrl);
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection({ ...connectionOptions(adminUrl), multipleStatements: true });
  try {
    await lock(connection);
    for (const schema of SCHEMAS) {
      for (const { version, name } of await migrate(connection, schema)) say(`${schema}: version ${version}, ${name}`);
    }
    await connection.query(grants(adminUrl, env));
    if (sampleData) await connection.query(sampleRows(env));
  } finally {
    await connection.end();
  }
}

/** No password, or the one of docker-compose.yml: the passwords of the services may follow from it. */
function refuseKnownPassword(adminUrl) {
  const { password, user } = connectionOptions(adminUrl);
  if (password && !password.endsWith('-of-trade')) return;
  throw new UserError(`MYSQL_URL: ${user} must have a password of your own when NODE_ENV is production`);
}

/** Until the connection ends, however it ends. */
async function lock(connection) {
  const take = async (withinS) => {
    const [[{ taken }]] = await connection.query('SELECT GET_LOCK(?, ?) AS taken', [LOCK, withinS]);
    return taken === 1;
  };
  if (await take(0)) return;
  say('waiting for another start that changes the schema');
  if (!(await take(LOCK_WITHIN_S))) throw new UserError(`the lock '${LOCK}' is not free after ${LOCK_WITHIN_S} s`);
}

/** The URL that a service connects with: its own account, its own database. */
export function serviceUrl(adminUrl, schema, env = process.env) {
  const url = parseUrl(adminUrl);
  url.username = schema;
  url.password = encodeURIComponent(passwordOf(adminUrl, schema, env));
  url.pathname = `/${schema}`;
  return url.href;
}

/** mysql2 options of an admin URL, without the database that it may name. DATABASE_TLS_CA_FILE holds as for the services. */
export function connectionOptions(adminUrl, env = process.env) {
  const url = parseUrl(adminUrl);
  return {
    host: url.hostname,
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username || 'root'),
    password: decodeURIComponent(url.password),
    ...(env.DATABASE_TLS_CA_FILE && {
      ssl: { ca: readFileSync(env.DATABASE_TLS_CA_FILE, 'utf8'), verifyIdentity: true },
    }),
    charset: 'utf8mb4',
    timezone: 'Z',
  };
}

function parseUrl(adminUrl) {
  if (URL.canParse(adminUrl) && adminUrl.startsWith('mysql://')) return new URL(adminUrl);
  throw new UserError('MYSQL_URL must look like mysql://admin:password@host:3306');
}

function grants(adminUrl, env) {
  return SCHEMAS.reduce(
    (sql, schema) => sql.split(`\${${passwordVariable(schema)}}`).join(escaped(passwordOf(adminUrl, schema, env))),
    sqlFile('grants.sql'),
  );
}

/**
 * A service's password is configured, or follows from the administrator's: as secret as that one, the same for every
 * stack on that server, and stored nowhere.
 */
function passwordOf(adminUrl, schema, env) {
  const configured = env[passwordVariable(schema)];
  if (configured) return configured;
  const { password } = connectionOptions(adminUrl);
  return `Aa1-${createHmac('sha256', `trade:${password}`).update(schema).digest('base64url').slice(0, 28)}`;
}

/** In production nobody logs in with the password of the sample users, which everybody knows. */
function sampleRows(env) {
  const sql = sqlFile('seed.sql');
  return env.NODE_ENV === 'production' ? sql.replaceAll(/'scrypt\$[^']*'/g, "'none'") : sql;
}

function passwordVariable(schema) {
  return `${schema.toUpperCase()}_DB_PASSWORD`;
}

function escaped(text) {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}

function sqlFile(name) {
  return readFileSync(join(root, 'sql', name), 'utf8');
}
