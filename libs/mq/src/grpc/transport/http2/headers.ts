/** Header fields of a call in the order in which they came: name, value, name, value … */
export class Headers {
  constructor(private readonly fields: readonly string[]) {}

  /** First value of the name, which must be written in small letters. */
  get(name: string): string | undefined {
    const { fields } = this;
    for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return fields[i + 1];
    return undefined;
  }
}
