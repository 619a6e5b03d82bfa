import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { OrderCancelled } from '@trade/contracts';
import { Database, IF_ONE_CHANGED, type Claim, type SqlSession, type Statement } from '@trade/service-kit';
import { DataSource, LessThan } from 'typeorm';
import { assertMove, OrderStatus, PayStatus } from './order-status.js';
import { Order } from './order.entity.js';

export type OrderStates = Pick<Order, 'orderStatus' | 'payStatus' | 'payId'>;

interface UpdateResult {
  affectedRows: number;
}

const MAX_REASON_LENGTH = 255;

const insertOrder = (orderId: string) => `
  INSERT INTO trade_order
    (order_id, user_id, order_status, pay_status, shipping_status, address, consignee, goods_id, goods_number,
     goods_price, goods_amount, shipping_fee, order_amount, coupon_id, coupon_paid, money_paid, pay_amount, add_time)
  VALUES (${orderId}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const CONFIRM_ORDER = `
  UPDATE trade_order SET order_status = ${OrderStatus.Confirmed}, confirm_time = ?, pay_status = ?, pay_time = ?, pay_id = ?
  WHERE order_id = ? AND order_status = ${OrderStatus.Unconfirmed}`;

// a paid order is not cancelled, it is refunded
const CANCEL_ORDER = `
  UPDATE trade_order SET order_status = ${OrderStatus.Cancelled}, cancel_time = ?, cancel_reason = ?
  WHERE order_id = ? AND order_status = ? AND pay_status = ${PayStatus.Unpaid}`;

const REFUND_ORDER = `
  UPDATE trade_order SET order_status = ${OrderStatus.Refunded}, cancel_time = ?, cancel_reason = ?
  WHERE order_id = ? AND order_status = ${OrderStatus.Confirmed} AND pay_status = ${PayStatus.Paid}`;

const SELECT_CANCELLATION = `
  SELECT order_id AS orderId, goods_id AS goodsId, goods_number AS goodsNumber, coupon_id AS couponId,
    user_id AS userId, money_paid AS userMoney, cancel_reason AS reason
  FROM trade_order WHERE order_id = ?`;

const SELECT_STATES = `
  SELECT order_status AS orderStatus, pay_status AS payStatus, pay_id AS payId FROM trade_order WHERE order_id = ?`;

const PAY_ORDER = `
  UPDATE trade_order SET pay_status = ${PayStatus.Paid}, pay_time = ?, pay_id = ?
  WHERE order_id = ? AND order_status = ${OrderStatus.Confirmed} AND pay_status <> ${PayStatus.Paid} AND pay_amount = ?`;

// SKIP LOCKED: instances that sweep at the same time share the work, and none waits for an order that is being confirmed
const LOCK_STUCK_ORDERS = `
  SELECT order_id AS orderId FROM trade_order
  WHERE order_status = ${OrderStatus.Unconfirmed} AND add_time < ?
  ORDER BY add_time LIMIT ? FOR UPDATE SKIP LOCKED`;

const LOCK_UNPAID_ORDERS = `
  SELECT order_id AS orderId FROM trade_order
  WHERE order_status = ${OrderStatus.Confirmed} AND pay_status = ${PayStatus.Unpaid} AND confirm_time < ?
  ORDER BY confirm_time LIMIT ? FOR UPDATE SKIP LOCKED`;

/** Every statement on trade_order. States move by conditional updates that say whether they won. */
@Injectable()
export class OrderRepository {
  constructor(
    private readonly database: Database,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  /**
   * @param claim of the request that makes this order
   * @throws {ShopError} SHOP_REQUEST_IN_PROGRESS when the claim is lost
   */
  async insert(order: Order, claim?: Claim): Promise<void> {
    const values = [
      order.orderId,
      order.userId,
      order.orderStatus,
      order.payStatus,
      order.shippingStatus,
      order.address,
      order.consignee,
      order.goodsId,
      order.goodsNumber,
      order.goodsPrice,
      order.goodsAmount,
      order.shippingFee,
      order.orderAmount,
      order.couponId,
      order.couponPaid,
      order.moneyPaid,
      order.payAmount,
      order.addTime,
    ];
    if (claim) await claim.create(order.orderId, [insertOrder(IF_ONE_CHANGED), values]);
    else await this.database.atomically([[insertOrder('?'), values]]);
  }

  /** 0 → 1, with the order's pay status and times; changes no row when the order is not unconfirmed any more. */
  confirmation(order: Order): Statement {
    return [CONFIRM_ORDER, [order.confirmTime, order.payStatus, order.payTime, order.payId, order.orderId]];
  }

  /** false when the order is in another status or paid. */
  async cancel(tx: SqlSession, orderId: string, from: OrderStatus, reason: string): Promise<boolean> {
    assertMove(from, OrderStatus.Cancelled);
    const parameters = [new Date(), reason.slice(0, MAX_REASON_LENGTH), orderId, from];
    return isOneRow(await tx.query<UpdateResult>(CANCEL_ORDER, parameters));
  }

  /** 1 → 4; changes no row when the order is not confirmed and paid. */
  refund(orderId: string, reason: string): Statement {
    return [REFUND_ORDER, [new Date(), reason.slice(0, MAX_REASON_LENGTH), orderId]];
  }

  /** What the participants are told about an order that was cancelled in this transaction. */
  async cancellation(tx: SqlSession, orderId: string): Promise<OrderCancelled> {
    const [row] = await tx.query<[OrderCancelled]>(SELECT_CANCELLATION, [orderId]);
    return row;
  }

  /** false when the order is not confirmed, is paid already, or another amount is due. */
  async markPaid(tx: SqlSession, orderId: string, payId: string, payAmount: string): Promise<boolean> {
    const [sql, parameters] = this.payment(orderId, payId, payAmount);
    return isOneRow(await tx.query<UpdateResult>(sql, [...parameters]));
  }

  /** The same as a statement, which changes no row then. */
  payment(orderId: string, payId: string, payAmount: string): Statement {
    return [PAY_ORDER, [new Date(), payId, orderId, payAmount]];
  }

  /** Ids of orders that were added before this time and are unconfirmed, locked until the transaction ends. */
  async lockStuck(tx: SqlSession, addedBefore: Date, limit: number): Promise<string[]> {
    return idsOf(await tx.query(LOCK_STUCK_ORDERS, [addedBefore, limit]));
  }

  /** Ids of orders that were confirmed before this time and are unpaid, locked until the transaction ends. */
  async lockUnpaid(tx: SqlSession, confirmedBefore: Date, limit: number): Promise<string[]> {
    return idsOf(await tx.query(LOCK_UNPAID_ORDERS, [confirmedBefore, limit]));
  }

  /** Status, pay status and payment as this transaction sees them; undefined when there is no such order. */
  async states(tx: SqlSession, orderId: string): Promise<OrderStates | undefined> {
    const [row] = await tx.query<OrderStates[]>(SELECT_STATES, [orderId]);
    return row;
  }

  async find(orderId: string): Promise<Order | null> {
    return this.dataSource.manager.findOneBy(Order, { orderId });
  }

  /** The orders of a user, newest first, from before the given order id on. */
  async findByUser(userId: string, limit: number, before?: string): Promise<Order[]> {
    return this.dataSource.manager.find(Order, {
      where: { userId, ...(before === undefined ? {} : { orderId: LessThan(before) }) },
      order: { orderId: 'DESC' },
      take: limit,
    });
  }
}

function isOneRow({ affectedRows }: UpdateResult): boolean {
  return affectedRows === 1;
}

function idsOf(rows: { orderId: string }[]): string[] {
  return rows.map(({ orderId }) => orderId);
}
