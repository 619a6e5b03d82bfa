import { parseArgs } from 'node:util';

/** `--name 123` for each of the names that is given, or what is wrong with the arguments. */
export function numbersOf<Name extends string>(
  args: string[],
  names: readonly Name[],
): Partial<Record<Name, number>> | string {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ args, options });
    const wrong = Object.entries(values).find(([, text]) => !/^\d{1,9}$/.test(String(text)));
    if (wrong) return `--${wrong[0]} must be a whole number: ${String(wrong[1])}`;
    return Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)])) as Partial<
      Record<Name, number>
    >;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
