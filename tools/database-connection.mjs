import { connectionOptions } from './schema.mjs';

/** Why the server cannot be used, or null when it answers. */
export async function connectionProblem(adminUrl) {
  const { createConnection } = await import('mysql2/promise');
  try {
    const connection = await createConnection({ ...connectionOptions(adminUrl), connectTimeout: 5_000 });
    await connection.query('SELECT 1');
    await connection.end();
    return null;
  } catch (error) {
    return error;
  }
}
