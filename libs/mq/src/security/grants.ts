export type Permission = 'PUB' | 'SUB';

/** What is allowed on which names. A pattern is a name, or a prefix with `*` behind it; the longest that fits decides. */
export class Grants {
  readonly #names = new Map<string, readonly Permission[]>();
  /** Longest first. */
  readonly #prefixes: { prefix: string; permissions: readonly Permission[] }[] = [];

  constructor(grants: readonly (readonly [pattern: string, permissions: readonly Permission[]])[]) {
    for (const [pattern, permissions] of grants) {
      if (pattern.endsWith('*')) this.#prefixes.push({ prefix: pattern.slice(0, -1), permissions });
      else this.#names.set(pattern, permissions);
    }
    this.#prefixes.sort((a, b) => b.prefix.length - a.prefix.length);
  }

  /** Undefined when nothing is said about the name. */
  of(name: string): readonly Permission[] | undefined {
    return this.#names.get(name) ?? this.#prefixes.find(({ prefix }) => name.startsWith(prefix))?.permissions;
  }
}
