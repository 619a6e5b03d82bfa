import { parseArgs } from 'node:util';
import { AdminClient, RefusedError, UnreachableError } from './admin-client.js';
import { Given, UsageError, type Command, type Option } from './command.js';
import { commands } from './commands.js';
import { aligned } from './table.js';

export const EXIT = { ok: 0, refused: 1, usage: 2, unreachable: 3 } as const;

const DEFAULT_ADDRESS = '127.0.0.1:8082';
const COMMON: Readonly<Record<string, Option>> = {
  address: { short: 'n', value: 'host:port', help: `admin port of the broker; MQ_ADMIN, else ${DEFAULT_ADDRESS}` },
  token: { value: 'token', help: 'token of the admin port; MQ_ADMIN_TOKEN' },
  json: { help: 'print the answer as JSON' },
  help: { short: 'h', help: 'print this' },
};

export interface Streams {
  out(text: string): void;
  error(text: string): void;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Runs one command line and returns the exit code. */
export async function run(args: readonly string[], env: Env, streams: Streams): Promise<number> {
  try {
    return await execute(args, env, streams);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof RefusedError || error instanceof UnreachableError))
      throw error;
    streams.error(`mqadmin: ${error.message}\n`);
    if (error instanceof UsageError) return EXIT.usage;
    return error instanceof RefusedError ? EXIT.refused : EXIT.unreachable;
  }
}

async function execute(args: readonly string[], env: Env, { out }: Streams): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined || first === '--help' || first === '-h' || (first === 'help' && rest.length === 0)) {
    out(overview());
    return first === undefined ? EXIT.usage : EXIT.ok;
  }
  const command = commandOf(first === 'help' ? (rest[0] as string) : first);
  const given = first === 'help' ? { help: true } : valuesOf(command, rest);
  if (given['help']) {
    out(helpOf(command));
    return EXIT.ok;
  }
  const missing = Object.entries(command.options).filter(
    ([name, { required }]) => required && given[name] === undefined,
  );
  if (missing.length > 0)
    throw new UsageError(`${command.name} needs ${missing.map(([name, option]) => signOf(name, option)).join(', ')}`);
  const options = new Given(given);
  const admin = new AdminClient(
    options.text('address') ?? (env['MQ_ADMIN'] || DEFAULT_ADDRESS),
    options.text('token') ?? (env['MQ_ADMIN_TOKEN'] || undefined),
  );
  const { json, text } = await command.run(admin, options);
  out(options.switch('json') ? JSON.stringify(json, undefined, 2) + '\n' : text);
  return EXIT.ok;
}

function commandOf(name: string): Command {
  const command = commands.find((known) => known.name.toLowerCase() === name.toLowerCase());
  if (!command) throw new UsageError(`no command ${name}; mqadmin help lists them`);
  return command;
}

function valuesOf(command: Command, args: string[]): Record<string, string | boolean | undefined> {
  const options = Object.fromEntries(
    Object.entries({ ...command.options, ...COMMON }).map(([name, { short, value }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), ...(short ? { short } : {}) },
    ]),
  );
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values as ReturnType<typeof valuesOf>;
  } catch (error) {
    const [message] = (error as Error).message.split('. ');
    throw new UsageError(`${message}; mqadmin help ${command.name} tells its options`);
  }
}

function overview(): string {
  const rows = commands.map(({ name, summary }) => [name, summary]);
  return `usage: mqadmin <command> [options]

Administers a broker through its admin port. mqadmin help <command> tells the options of a command.

${aligned(rows)}
exit codes: 0 done, 1 the broker refused, 2 the command line is wrong, 3 no broker answers
`;
}

function helpOf({ name, summary, options }: Command): string {
  const usage = Object.entries(options)
    .filter(([, { required }]) => required)
    .map(([option, spec]) => ` ${signOf(option, spec)} <${spec.value}>`)
    .join('');
  const rows = Object.entries({ ...options, ...COMMON }).map(([option, spec]) => [
    `${signOf(option, spec)}${spec.value ? ` <${spec.value}>` : ''}`,
    `${spec.help}${spec.required ? ' (needed)' : ''}`,
  ]);
  return `usage: mqadmin ${name}${usage} [options]\n\n${summary}\n\n${aligned(rows)}`;
}

function signOf(name: string, { short }: Option): string {
  return short ? `-${short}, --${name}` : `--${name}`;
}
