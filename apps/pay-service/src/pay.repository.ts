import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import {
  Database,
  IF_ONE_CHANGED,
  isDuplicateKey,
  RowLoader,
  rowsMatched,
  ShopError,
  type Claim,
  type SqlSession,
  type Statement,
} from '@trade/service-kit';
import { DataSource } from 'typeorm';
import { Payment, paymentStatus } from './pay.entity.js';

const insertPayment = (payId: string) => `
  INSERT INTO trade_pay (pay_id, order_id, user_id, pay_amount, money_paid, is_paid, create_time, open_order_id)
  VALUES (${payId}, ?, ?, ?, ?, ?, ?, ?)`;

const SELECT_PAYMENTS = `
  SELECT pay_id AS payId, order_id AS orderId, user_id AS userId, pay_amount AS payAmount, money_paid AS moneyPaid,
    is_paid AS isPaid, create_time AS createTime, pay_time AS payTime
  FROM trade_pay WHERE pay_id IN (?)`;

@Injectable()
export class PayRepository {
  private readonly rows: RowLoader<Payment>;

  constructor(
    private readonly database: Database,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {
    this.rows = new RowLoader(database, SELECT_PAYMENTS, 'payId');
  }

  /** As it is committed. */
  find(payId: string): Promise<Payment | undefined> {
    return this.rows.load(payId);
  }

  /** As this transaction sees it. */
  async findIn(tx: SqlSession, payId: string): Promise<Payment | undefined> {
    const [payment] = await tx.query<Payment[]>(SELECT_PAYMENTS, [[payId]]);
    return payment;
  }

  /** @throws {ShopError} SHOP_PAYMENT_NOT_FOUND */
  async get(payId: string): Promise<Payment> {
    const payment = await this.find(payId);
    if (!payment) throw new ShopError('SHOP_PAYMENT_NOT_FOUND');
    return payment;
  }

  /** The payment of an order that is open, or paid and not refunded. */
  findLive(orderId: string): Promise<Payment | null> {
    return this.dataSource.manager.findOneBy(Payment, { openOrderId: orderId });
  }

  /**
   * @param claim of the request that opens this payment
   * @returns false when the order has a live payment already, or when the id is taken
   * @throws {ShopError} SHOP_REQUEST_IN_PROGRESS when the claim is lost
   */
  async open(payment: Payment, claim?: Claim): Promise<boolean> {
    const { payId, orderId, userId, payAmount, moneyPaid, isPaid, createTime } = payment;
    const values = [payId, orderId, userId, payAmount, moneyPaid, isPaid, createTime, orderId];
    try {
      if (claim) await claim.create(payId, [insertPayment(IF_ONE_CHANGED), values]);
      else await this.database.atomically([[insertPayment('?'), values]]);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Changes no row when it is paid or refunded already. Money that arrived counts even where the payment was taken for failed. */
  paid(payId: string, payTime: Date): Statement {
    return [
      'UPDATE trade_pay SET is_paid = ?, pay_time = ? WHERE pay_id = ? AND is_paid NOT IN (?, ?)',
      [paymentStatus.paid, payTime, payId, paymentStatus.paid, paymentStatus.refunded],
    ];
  }

  /** The order may have another payment then. @returns false when the payment is not open: paid, refunded or failed already */
  async fail(payId: string): Promise<boolean> {
    const failed = await rowsMatched(
      this.database,
      'UPDATE trade_pay SET is_paid = ?, open_order_id = NULL WHERE pay_id = ? AND is_paid IN (?, ?)',
      [paymentStatus.failed, payId, paymentStatus.open, paymentStatus.paying],
    );
    return failed === 1;
  }

  /** @returns false when there is no such payment in status paid */
  async refund(tx: SqlSession, payId: string, reason: string): Promise<boolean> {
    const moved = await rowsMatched(
      tx,
      'UPDATE trade_pay SET is_paid = ?, open_order_id = NULL WHERE pay_id = ? AND is_paid = ?',
      [paymentStatus.refunded, payId, paymentStatus.paid],
    );
    if (moved === 0) return false;
    await tx.query(
      `INSERT INTO trade_pay_refund (pay_id, order_id, amount, reason)
       SELECT pay_id, order_id, pay_amount, ? FROM trade_pay WHERE pay_id = ?`,
      [reason, payId],
    );
    return true;
  }
}
