import { randomUUID } from 'node:crypto';
import { insertIfNew, rowsMatched, type Database, type Statement } from '../database/database.js';
import { isMissingValue } from '../database/sql-errors.js';
import { ShopError } from '../shop-error.js';

/** What names a request: who wants what, by which key. */
export type RequestName = readonly [operation: string, userId: string, key: string];

export interface StoredAnswer {
  httpStatus: number;
  /** JSON */
  answer: string;
}

/** A run that is silent for so long is taken for dead. Only how soon a request can be repeated depends on it. */
const LEASE_MS = 10_000;
const LEASE = `CURRENT_TIMESTAMP(3) + INTERVAL ${LEASE_MS * 1000} MICROSECOND`;
const EXPIRY = 'CURRENT_TIMESTAMP(3) + INTERVAL 24 HOUR';
const OF_REQUEST = 'operation = ? AND caller = ? AND idempotency_key = ?';
const INSERT = `
  INSERT INTO idempotency_key
    (operation, caller, idempotency_key, request_hash, claim_id, lease_until, expire_time)
  VALUES (?, ?, ?, ?, ?, ${LEASE}, ${EXPIRY})`;

const SELECT = `
  SELECT request_hash AS requestHash, claim_id AS claimId, result_id AS resultId, http_status AS httpStatus, answer
  FROM idempotency_key WHERE ${OF_REQUEST}`;

// the result that was read may be older than the lease that ends now: who takes over must not miss what was made since
const TAKE_OVER = `
  UPDATE idempotency_key SET claim_id = ?, lease_until = ${LEASE}, expire_time = ${EXPIRY}
  WHERE ${OF_REQUEST} AND claim_id = ? AND result_id <=> ? AND lease_until <= CURRENT_TIMESTAMP(3) AND http_status IS NULL`;

const NOTE_RESULT = `
  UPDATE idempotency_key SET result_id = ?, lease_until = ${LEASE}
  WHERE ${OF_REQUEST} AND claim_id = ? AND http_status IS NULL`;

const ANSWER = `
  UPDATE idempotency_key SET http_status = ?, answer = ?
  WHERE ${OF_REQUEST} AND claim_id = ? AND http_status IS NULL`;

const RELEASE = `
  UPDATE idempotency_key SET lease_until = CURRENT_TIMESTAMP(3)
  WHERE ${OF_REQUEST} AND claim_id = ? AND http_status IS NULL`;

type Row = { requestHash: string; claimId: string; resultId: string | null } & (
  StoredAnswer | { httpStatus: null; answer: null }
);

/**
 * The right to work on a request, of one run of one process at a time. Whoever takes over the claim of a run that seems
 * dead takes its rights away: a run that comes back to life can neither create nor answer anything any more.
 */
export class Claim {
  private constructor(
    private readonly database: Database,
    private readonly name: RequestName,
    private readonly claimId: string,
    /** What an earlier run created, whose answer was never stored. */
    readonly earlierResultId: string | null,
  ) {}

  /**
   * One round trip for a request that is new.
   * @returns the stored answer where there is one
   * @throws {ShopError} SHOP_IDEMPOTENCY_KEY_REUSED for another request of this name; SHOP_REQUEST_IN_PROGRESS while
   * another run works on it
   */
  static async take(database: Database, name: RequestName, requestHash: string): Promise<Claim | StoredAnswer> {
    const claimId = randomUUID();
    if (await insertIfNew(database, INSERT, [...name, requestHash, claimId])) {
      return new Claim(database, name, claimId, null);
    }
    const [row] = await database.query<Row[]>(SELECT, [...name]);
    // deleted since the insert failed, as its time was over; the caller tries again
    if (!row) throw new ShopError('SHOP_REQUEST_IN_PROGRESS');
    if (row.requestHash !== requestHash) throw new ShopError('SHOP_IDEMPOTENCY_KEY_REUSED');
    if (row.httpStatus !== null) return row;
    if ((await rowsMatched(database, TAKE_OVER, [claimId, ...name, row.claimId, row.resultId])) === 1) {
      return new Claim(database, name, claimId, row.resultId);
    }
    throw new ShopError('SHOP_REQUEST_IN_PROGRESS');
  }

  /**
   * Runs an INSERT in one commit with the note that this request made it.
   * @param insert with IF_ONE_CHANGED for a column that takes no NULL
   * @throws {ShopError} SHOP_REQUEST_IN_PROGRESS when another run has taken the request over; nothing is inserted then
   */
  async create(resultId: string, insert: Statement): Promise<void> {
    try {
      await this.database.atomically([[NOTE_RESULT, [resultId, ...this.name, this.claimId]], insert]);
    } catch (error) {
      if (isMissingValue(error)) throw new ShopError('SHOP_REQUEST_IN_PROGRESS');
      throw error;
    }
  }

  /** Does nothing when another run has taken the request over. */
  async answer({ httpStatus, answer }: StoredAnswer): Promise<void> {
    await this.database.query(ANSWER, [httpStatus, answer, ...this.name, this.claimId]);
  }

  /** The next run of the request may begin at once. */
  async release(): Promise<void> {
    await this.database.query(RELEASE, [...this.name, this.claimId]);
  }
}
