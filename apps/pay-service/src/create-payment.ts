import type { grpcServices, OrderOverview } from '@trade/contracts';
import {
  formatYuan,
  IdempotentRequests,
  IdGenerator,
  type Identity,
  Log,
  ShopError,
  type Claim,
  type Fen,
  type GrpcClient,
} from '@trade/service-kit';
import { paymentsOpened } from './pay-metrics.js';
import { Payment, paymentStatus } from './pay.entity.js';
import { PayRepository } from './pay.repository.js';

export type OrderService = GrpcClient<NonNullable<typeof grpcServices.order.definition>>;

const orderStatus = { confirmed: 1, cancelled: 2, refunded: 4 };
const PAY_STATUS_PAID = 2;
/** The payment that is in the way can be refunded between our insert and our read. */
const MAX_ATTEMPTS = 3;

/** Opens the payment of an order. */
export class CreatePayment {
  private readonly log = new Log('CreatePayment');

  constructor(
    private readonly orders: Pick<OrderService, 'getOrder'>,
    private readonly payments: PayRepository,
    private readonly ids: IdGenerator,
    private readonly idempotentRequests: IdempotentRequests,
  ) {}

  /**
   * Answers the order's open payment where there is one: asked twice, or by two callers at once, it is the same payment.
   * @param key of a request with an Idempotency-Key
   * @throws {ShopError} when the order cannot be paid, or not with this amount
   */
  async execute(orderId: string, payAmountFen: Fen, caller: Identity, key?: string): Promise<Payment> {
    const order = await this.orders.getOrder({ orderId });
    const { userId } = order;
    if (!caller.mayActFor(userId)) throw new ShopError('SHOP_ORDER_NO_EXIST');
    const settle = (payId: string) => this.payments.find(payId);
    return this.idempotentRequests.once(
      { key, operation: 'create payment', userId, body: { orderId, payAmountFen }, settle },
      (claim) => this.open(order, payAmountFen, claim),
    );
  }

  private async open(order: OrderOverview, payAmountFen: Fen, claim?: Claim): Promise<Payment> {
    const { orderId } = order;
    checkPayable(order);
    if (BigInt(order.payAmountFen) !== payAmountFen) throw new ShopError('SHOP_PAY_AMOUNT_INVALID');

    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const payment = this.paymentOf(order);
      if (await this.payments.open(payment, claim)) {
        this.log.info('payment opened', { orderId, payId: payment.payId, payAmount: payment.payAmount });
        paymentsOpened.add();
        return payment;
      }
      const live = await this.payments.findLive(orderId);
      if (live?.isPaid === paymentStatus.paid) throw new ShopError('SHOP_ORDER_PAY_STATUS_IS_PAY');
      if (live) return live;
    }
    throw new ShopError('SHOP_SERVICE_UNAVAILABLE');
  }

  private paymentOf(order: OrderOverview): Payment {
    return {
      payId: this.ids.next(),
      orderId: order.orderId,
      userId: order.userId,
      payAmount: formatYuan(BigInt(order.payAmountFen)),
      moneyPaid: formatYuan(BigInt(order.moneyPaidFen)),
      isPaid: paymentStatus.open,
      createTime: new Date(),
      payTime: null,
    };
  }
}

function checkPayable(order: OrderOverview): void {
  if (order.orderStatus === orderStatus.cancelled || order.orderStatus === orderStatus.refunded) {
    throw new ShopError('SHOP_ORDER_CANCELLED');
  }
  if (order.orderStatus !== orderStatus.confirmed) throw new ShopError('SHOP_ORDER_NOT_CONFIRMED');
  // coupon and balance cover an order with nothing due: it is paid from its confirmation on
  if (order.payStatus === PAY_STATUS_PAID || order.payAmountFen === '0') {
    throw new ShopError('SHOP_ORDER_PAY_STATUS_IS_PAY');
  }
}
