/**
 * Prints an access token, signed with JWT_SECRET: `npm run --silent token -- --user 345963634385633280`, or
 * `-- --operator alice`; `--hours 12` where nothing else is said. The system must have been built (`npm run build`).
 */
import { parseArgs } from 'node:util';
import { accessToken } from './access-token.mjs';
import { explain, UserError } from './console.mjs';

try {
  const { user, operator, hours } = readArguments();
  process.stdout.write(`${await accessToken(user ? 'user' : 'operator', user ?? operator, { hours })}\n`);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}

function readArguments() {
  const { user, operator, hours: text } = options();
  const hours = Number(text);
  if (!user === !operator) throw new UserError('say whose token: --user <id> or --operator <name>');
  if (user && !/^[1-9]\d{0,18}$/.test(user)) throw new UserError(`not the id of a user: ${user}`);
  if (!(hours > 0)) throw new UserError(`not a number of hours: ${text}`);
  return { user, operator, hours };
}

function options() {
  const text = { type: 'string' };
  try {
    return parseArgs({ options: { user: text, operator: text, hours: { ...text, default: '12' } } }).values;
  } catch (error) {
    throw new UserError(error.message);
  }
}
