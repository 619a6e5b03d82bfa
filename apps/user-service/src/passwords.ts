import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, Log, ShopError } from '@trade/service-kit';

/** Memory for one hash: 128 × N × r = 16 MiB. A hash made with less is replaced when its owner logs in. */
const PRESENT_COST: Cost = { N: 16_384, r: 8, p: 5 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** Each takes a tenth of a second of a processor. */
const MAX_WAITING = 8;
const FORMAT = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/;

type Cost = Required<Pick<ScryptOptions, 'N' | 'r' | 'p'>>;

interface StoredHash {
  cost: Cost;
  salt: Buffer;
  key: Buffer;
}

/** What a user that does not exist, or has no password, is checked against: it takes as long, and fits nothing. */
const NOBODY: StoredHash = { cost: PRESENT_COST, salt: randomBytes(SALT_BYTES), key: randomBytes(KEY_BYTES) };

/** trade_user.user_password: scrypt$N$r$p$salt$hash, salt and hash in base64. */
@Injectable()
export class Passwords {
  private readonly log = new Log(Passwords.name);
  private waiting = 0;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly database: Database) {}

  /**
   * One after another, so that a flood of guesses takes one processor at most from those who order.
   * @throws {ShopError} SHOP_TOO_MANY_REQUESTS when too many ask at once
   */
  async isRight(userId: string, password: string): Promise<boolean> {
    if (this.waiting >= MAX_WAITING) throw new ShopError('SHOP_TOO_MANY_REQUESTS');
    this.waiting += 1;
    const check = this.last.then(() => this.check(userId, password));
    this.last = Promise.allSettled([check]);
    try {
      return await check;
    } finally {
      this.waiting -= 1;
    }
  }

  private async check(userId: string, password: string): Promise<boolean> {
    const [row] = await this.database.query<{ user_password: string }[]>(
      'SELECT user_password FROM trade_user WHERE user_id = ?',
      [userId],
    );
    const text = row?.user_password ?? '';
    const stored = parse(text) ?? NOBODY;
    const isRight = timingSafeEqual(await derive(password, stored), stored.key);
    // a hash that takes less time would tell that its owner exists
    if (isCheap(stored.cost)) await (isRight ? this.replace(userId, text, password) : derive(password, NOBODY));
    return isRight;
  }

  private async replace(userId: string, before: string, password: string): Promise<void> {
    await this.database.query('UPDATE trade_user SET user_password = ? WHERE user_id = ? AND user_password = ?', [
      await hashOf(password),
      userId,
      before,
    ]);
    this.log.info('password hashed anew', { userId });
  }
}

export async function hashOf(password: string): Promise<string> {
  const { N, r, p } = PRESENT_COST;
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, { cost: PRESENT_COST, salt, key: Buffer.alloc(KEY_BYTES) });
  return `scrypt$${N}$${r}$${p}$${salt.toString('base64')}$${key.toString('base64')}`;
}

function parse(text: string): StoredHash | undefined {
  const [, N, r, p, salt, key] = FORMAT.exec(text) ?? [];
  if (key === undefined) return undefined;
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt!, 'base64'), key: Buffer.from(key, 'base64') };
}

function derive(password: string, { cost, salt, key }: StoredHash): Promise<Buffer> {
  const options = { ...cost, maxmem: 256 * cost.N * cost.r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, key.length, options, (error, derived) =>
      error ? reject(error) : resolve(derived),
    );
  });
}

function isCheap({ N, r, p }: Cost): boolean {
  return N * r * p < PRESENT_COST.N * PRESENT_COST.r * PRESENT_COST.p;
}
