/**
 * Every message of the system: topic, tag, message type, key and payload. A topic's type is fixed when the topic is
 * created on the broker, so delayed messages have a topic of their own.
 */
export interface TopicContract<Payload> {
  readonly topic: string;
  readonly tag: string;
  readonly type: 'NORMAL' | 'DELAY';
  /** The business key by which consumers recognise a repeated message. */
  key(payload: Payload): string;
  /** Never set: it carries the payload's type. */
  readonly payload?: Payload;
}

/** An order was cancelled or refunded: every participant undoes what it did for it, if anything. Amounts are decimal text. */
export interface OrderCancelled {
  orderId: string;
  goodsId: string;
  goodsNumber: number;
  couponId: string | null;
  userId: string;
  userMoney: string;
  reason: string;
}

export interface OrderConfirmed {
  orderId: string;
  userId: string;
  orderAmount: string;
  couponPaid: string;
  moneyPaid: string;
  payAmount: string;
}

/** Delivered when an order's time to pay is over. Whether it was paid is checked on arrival. */
export interface OrderUnpaid {
  orderId: string;
}

export interface PaymentSucceeded {
  payId: string;
  orderId: string;
  userId: string;
  payAmount: string;
  /** The balance part of the order: it counts for the score like money from outside. */
  moneyPaid: string;
}

/** A payment that its order does not keep, because it came too late or the order is refunded: it goes back, and so does its score. */
export interface PaymentRefused {
  payId: string;
  orderId: string;
  userId: string;
  payAmount: string;
  reason: string;
}

export const messages = {
  orderCancelled: declare<OrderCancelled>('orderTopic', 'NORMAL', 'order_cancel', (m) => m.orderId),
  orderConfirmed: declare<OrderConfirmed>('orderTopic', 'NORMAL', 'order_confirm', (m) => m.orderId),
  orderUnpaid: declare<OrderUnpaid>('orderTimeoutTopic', 'DELAY', 'order_unpaid', (m) => m.orderId),
  paymentSucceeded: declare<PaymentSucceeded>('payTopic', 'NORMAL', 'pay_success', (m) => m.payId),
  paymentRefused: declare<PaymentRefused>('payTopic', 'NORMAL', 'pay_refused', (m) => m.payId),
};

/** Consumer groups: one per service and reason, because every member of a group must have the same subscription. */
export const consumerGroups = {
  goodsOrderCancel: 'goods_orderTopic_cancel_group',
  couponOrderCancel: 'coupon_orderTopic_cancel_group',
  userOrderCancel: 'user_orderTopic_cancel_group',
  orderOrderCancel: 'order_orderTopic_cancel_group',
  orderOrderUnpaid: 'order_orderTimeoutTopic_group',
  orderPaySuccess: 'order_payTopic_group',
  userPaySuccess: 'user_payTopic_group',
  payLogPaySuccess: 'paylog_payTopic_group',
  payPayRefused: 'pay_payTopic_refused_group',
  userPayRefused: 'user_payTopic_refused_group',
} as const;

/** The topics to create on a broker, with their message type. */
export const topics: readonly { name: string; type: 'NORMAL' | 'DELAY' }[] = [
  ...new Map(Object.values(messages).map(({ topic, type }) => [topic, { name: topic, type }])).values(),
];

function declare<Payload>(
  topic: string,
  type: 'NORMAL' | 'DELAY',
  tag: string,
  key: (payload: Payload) => string,
): TopicContract<Payload> {
  return { topic, type, tag, key };
}
