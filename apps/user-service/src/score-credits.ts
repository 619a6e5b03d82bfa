import { Injectable } from '@nestjs/common';
import type { PaymentRefused, PaymentSucceeded } from '@trade/contracts';
import {
  insertIfNew,
  Log,
  parseYuan,
  rowsMatched,
  updateOne,
  type Fen,
  type SqlSession,
  type Statement,
} from '@trade/service-kit';

const CREDITED = 1;
const TAKEN_BACK = 2;
const FEN_PER_POINT = 100n;
const INSERT_LOG = 'INSERT INTO trade_user_score_log (pay_id, order_id, user_id, score, state) VALUES (?, ?, ?, ?, ?)';
const ADD_SCORE = 'UPDATE trade_user SET user_score = user_score + ? WHERE user_id = ?';

/**
 * Score for payments. Row trade_user_score_log(payment) is the fence, since a refusal may overtake its payment:
 *
 *     row         credit                      take back
 *     none        add points → credited       tombstone → taken back
 *     credited    done already                subtract points → taken back
 *     taken back  nothing: it was refused     done already
 *
 * It is kept per payment, not per order: of two payments of an order one is refused, and whichever of them comes here
 * first, the accepted one's credit is what stays.
 */
@Injectable()
export class ScoreCredits {
  private readonly log = new Log(ScoreCredits.name);

  async credit(tx: SqlSession, payment: PaymentSucceeded): Promise<void> {
    const score = scoreOf(payment);
    if (!(await this.insert(tx, payment, score, CREDITED))) return;
    await this.change(tx, payment.userId, score);
    this.credited(payment);
  }

  /** The credit as statements, for the payment that nothing came for before: a row of its own refuses them. */
  creditOfNew(payment: PaymentSucceeded): Statement[] {
    const { payId, orderId, userId } = payment;
    const score = scoreOf(payment);
    return [
      [INSERT_LOG, [payId, orderId, userId, score, CREDITED]],
      [ADD_SCORE, [score, userId]],
    ];
  }

  credited(payment: PaymentSucceeded): void {
    const { payId, orderId, userId } = payment;
    this.log.info('score credited', { orderId, payId, userId, score: scoreOf(payment) });
  }

  async takeBack(tx: SqlSession, payment: PaymentRefused): Promise<void> {
    const { payId, orderId, userId } = payment;
    if (await this.insert(tx, payment, 0, TAKEN_BACK)) {
      this.log.info('payment refused before it was credited', { orderId, payId, userId });
      return;
    }
    const wasCredited = await rowsMatched(
      tx,
      'UPDATE trade_user_score_log SET state = ?, log_time = CURRENT_TIMESTAMP(3) WHERE pay_id = ? AND state = ?',
      [TAKEN_BACK, payId, CREDITED],
    );
    if (wasCredited === 0) return;
    const [credit] = await tx.query<{ score: number }[]>('SELECT score FROM trade_user_score_log WHERE pay_id = ?', [
      payId,
    ]);
    await this.change(tx, userId, -credit!.score);
    this.log.info('score taken back', { orderId, payId, userId, score: credit!.score });
  }

  private insert(
    tx: SqlSession,
    { payId, orderId, userId }: Pick<PaymentSucceeded, 'payId' | 'orderId' | 'userId'>,
    score: number,
    state: typeof CREDITED | typeof TAKEN_BACK,
  ): Promise<boolean> {
    return insertIfNew(tx, INSERT_LOG, [payId, orderId, userId, score, state]);
  }

  private change(tx: SqlSession, userId: string, score: number): Promise<void> {
    return updateOne(tx, ADD_SCORE, [score, userId]);
  }
}

function scoreOf({ payAmount, moneyPaid }: PaymentSucceeded): number {
  return scoreFor(parseYuan(payAmount) + parseYuan(moneyPaid));
}

/** A point for every whole yuan. */
export function scoreFor(amountFen: Fen): number {
  return Number(amountFen / FEN_PER_POINT);
}
