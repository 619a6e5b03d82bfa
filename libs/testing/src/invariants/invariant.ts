/** A sentence that is true of the databases, as the query for the rows that break it. */
export interface Invariant {
  name: string;
  sql: string;
  /** Only true when no request is under way and all messages are consumed; else true at any moment. */
  whenSettled?: boolean;
}
