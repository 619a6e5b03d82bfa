/** Brings the schema up to date and starts nothing: `npm run migrate`. MYSQL_URL or DATA_DIR say where. */
import { explain, say } from './console.mjs';
import { waitUntilReachable } from './database.mjs';
import { install } from './install.mjs';
import { applySchema } from './schema.mjs';
import { databaseOfStack } from './stack-file.mjs';

try {
  const adminUrl = databaseOfStack();
  await install();
  await waitUntilReachable(adminUrl);
  await applySchema(adminUrl, { sampleData: process.env.SAMPLE_DATA !== 'false' });
  say('database: tables and accounts are up to date');
} catch (error) {
  say(explain(error));
  process.exitCode = 1;
}
