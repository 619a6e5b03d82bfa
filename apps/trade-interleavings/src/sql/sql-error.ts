/** Error numbers of MySQL that this model answers with. */
export enum ErrorNumber {
  MissingValue = 1048,
  UnknownColumn = 1054,
  DuplicateKey = 1062,
  UnknownTable = 1146,
  Deadlock = 1213,
  NoDefault = 1364,
  ConstraintViolated = 3819,
}

/** What the driver rejects with. */
export class SqlError extends Error {
  override readonly name = 'SqlError';

  constructor(
    readonly errno: ErrorNumber | undefined,
    message: string,
    /** The connection is gone. */
    readonly fatal = false,
  ) {
    super(message);
  }
}
