import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiAnswer,
  ApiIdempotencyKey,
  ApiProblems,
  ApiRequests,
  Caller,
  IdempotencyKey,
  IdempotentRequests,
  IdField,
  type Identity,
  IntQueryField,
  ShopError,
  TextField,
} from '@trade/service-kit';
import { ConfirmOrderRequest } from './confirm-order.request.js';
import { ConfirmOrderSaga } from './confirm-order.saga.js';
import { EndOrder } from './end-order.js';
import { countRefusal } from './order-metrics.js';
import { OrderTimeline, OrderTimelineAnswer } from './order-timeline.js';
import { Order } from './order.entity.js';
import { cancelRequests, confirmRequests, listRequests, readRequests, refundRequests } from './order.examples.js';
import { OrderRepository } from './order.repository.js';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

class OrderPath {
  @IdField({ example: '352537369385242624' })
  orderId!: string;
}

class EndOrderBody {
  @TextField({ optional: true, maxLength: 255, example: 'ordered by mistake' })
  reason?: string | null;
}

class OrdersQuery {
  @IdField({ example: '345963634385633280' })
  userId!: string;

  @IntQueryField({ min: 1, max: MAX_LIMIT, optional: true, description: `${DEFAULT_LIMIT} when left out` })
  limit: number = DEFAULT_LIMIT;

  @IdField({ optional: true, description: 'orders older than this one: the last order id of the page before' })
  before?: string;
}

@ApiTags('orders')
@Controller('order')
export class OrderController {
  constructor(
    private readonly confirmOrder: ConfirmOrderSaga,
    private readonly endOrder: EndOrder,
    private readonly orders: OrderRepository,
    private readonly idempotentRequests: IdempotentRequests,
    private readonly timeline: OrderTimeline,
  ) {}

  @ApiOperation({
    summary: 'Place an order',
    description:
      'Takes stock, coupon and balance part, and answers with the confirmed order. Nothing stays taken when it fails.',
  })
  @ApiIdempotencyKey()
  @ApiAnswer(Order)
  @ApiProblems(
    'SHOP_ACCESS_DENIED',
    'SHOP_GOODS_NO_EXIST',
    'SHOP_GOODS_PRICE_INVALID',
    'SHOP_GOODS_NUM_NOT_ENOUGH',
    'SHOP_USER_NO_EXIST',
    'SHOP_COUPON_NO_EXIST',
    'SHOP_COUPON_NOT_OWNED',
    'SHOP_COUPON_ISUSED',
    'SHOP_MONEY_PAID_INVALID',
    'SHOP_MONEY_PAID_TOO_MUCH',
    'SHOP_ORDER_SHIPPINGFEE_INVALID',
    'SHOP_ORDERAMOUNT_INVALID',
    'SHOP_ORDER_CANCELLED',
    'SHOP_ORDER_CONFIRM_FAIL',
    'SHOP_SERVICE_TIMEOUT',
  )
  @ApiRequests(confirmRequests)
  @Post('confirm')
  @HttpCode(200)
  async confirm(
    @IdempotencyKey() key: string | undefined,
    @Body() request: ConfirmOrderRequest,
    @Caller() caller: Identity,
  ): Promise<Order> {
    const { userId } = request;
    if (!caller.mayActFor(userId)) throw new ShopError('SHOP_ACCESS_DENIED');
    const settle = (orderId: string) => this.confirmOrder.resume(orderId);
    return this.idempotentRequests.once({ key, operation: 'confirm order', userId, body: request, settle }, (claim) =>
      countRefusal(this.confirmOrder.run(request, claim)),
    );
  }

  @ApiOperation({ summary: 'Cancel an unpaid order; a cancelled one stays as it is' })
  @ApiAnswer(Order)
  @ApiProblems(
    'SHOP_ORDER_NO_EXIST',
    'SHOP_ORDER_NOT_CONFIRMED',
    'SHOP_ORDER_PAY_STATUS_IS_PAY',
    'SHOP_ORDER_STATUS_INVALID',
  )
  @ApiBody({ type: EndOrderBody, required: false })
  @ApiRequests(cancelRequests)
  @Post(':orderId/cancel')
  @HttpCode(200)
  async cancel(
    @Param() { orderId }: OrderPath,
    @Body() { reason }: EndOrderBody,
    @Caller() caller: Identity,
  ): Promise<Order> {
    return this.endOrder.cancel(await this.visible(orderId, caller), reason ?? 'on request');
  }

  @ApiOperation({
    summary: 'Refund a paid order; a refunded one stays as it is',
    description:
      'The payment, the balance part, the coupon and the stock go back within seconds, and so does the score.',
  })
  @ApiAnswer(Order)
  @ApiProblems('SHOP_ORDER_NO_EXIST', 'SHOP_ORDER_NOT_CONFIRMED', 'SHOP_ORDER_NOT_PAID', 'SHOP_ORDER_STATUS_INVALID')
  @ApiBody({ type: EndOrderBody, required: false })
  @ApiRequests(refundRequests)
  @Post(':orderId/refund')
  @HttpCode(200)
  async refund(
    @Param() { orderId }: OrderPath,
    @Body() { reason }: EndOrderBody,
    @Caller() caller: Identity,
  ): Promise<Order> {
    return this.endOrder.refund(await this.visible(orderId, caller), reason ?? 'on request');
  }

  @ApiOperation({ summary: 'One order' })
  @ApiAnswer(Order)
  @ApiProblems('SHOP_ORDER_NO_EXIST')
  @ApiRequests(readRequests)
  @Get(':orderId')
  async one(@Param() { orderId }: OrderPath, @Caller() caller: Identity): Promise<Order> {
    return this.visible(orderId, caller);
  }

  @ApiOperation({
    summary: 'What happened to an order',
    description:
      'State changes, calls, messages, retries and compensations in all services, in their order. Recorded with ' +
      'ORDER_TIMELINE=on, and kept for a day.',
  })
  @ApiAnswer(OrderTimelineAnswer)
  @ApiProblems('SHOP_ORDER_NO_EXIST')
  @Get(':orderId/timeline')
  async timelineOf(@Param() { orderId }: OrderPath, @Caller() caller: Identity): Promise<OrderTimelineAnswer> {
    return this.timeline.of(await this.visible(orderId, caller));
  }

  @ApiOperation({ summary: 'Orders of a user, newest first' })
  @ApiAnswer([Order])
  @ApiProblems('SHOP_ACCESS_DENIED')
  @ApiRequests(listRequests)
  @Get()
  async ofUser(@Query() { userId, limit, before }: OrdersQuery, @Caller() caller: Identity): Promise<Order[]> {
    if (!caller.mayActFor(userId)) throw new ShopError('SHOP_ACCESS_DENIED');
    return this.orders.findByUser(userId, limit, before);
  }

  /** @throws {ShopError} SHOP_ORDER_NO_EXIST; whether somebody else has such an order is nobody's business */
  private async visible(orderId: string, caller: Identity): Promise<Order> {
    const order = await this.orders.find(orderId);
    if (!order || !caller.mayActFor(order.userId)) throw new ShopError('SHOP_ORDER_NO_EXIST');
    return order;
  }
}
