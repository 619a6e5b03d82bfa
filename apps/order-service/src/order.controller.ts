import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiAnswer,
  ApiIdempotencyKey,
  ApiProblems,
  Caller,
  IdempotencyKey,
  IdempotentRequests,
  IdField,
  type Identity,
  IntQueryField,
  ShopError,
} from '@trade/service-kit';
import { ConfirmOrderRequest } from './confirm-order.request.js';
import { ConfirmOrderSaga } from './confirm-order.saga.js';
import { Order } from './order.entity.js';
import { OrderRepository } from './order.repository.js';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

class OrderPath {
  @IdField({ example: '352537369385242624' })
  orderId!: string;
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
    private readonly orders: OrderRepository,
    private readonly idempotentRequests: IdempotentRequests,
  ) {}

  @ApiOperation({
    summary: 'Place an order',
    description:
      'Takes stock, coupon and balance part, and answers with the confirmed order. Nothing stays taken when it fails.',
  })
  @ApiIdempotencyKey()
  @ApiAnswer(Order)
  @ApiProblems(
    'SHOP_REQUEST_PARAMETER_INVALID',
    'SHOP_ACCESS_DENIED',
    'SHOP_ORDERAMOUNT_INVALID',
    'SHOP_ORDER_SHIPPINGFEE_INVALID',
    'SHOP_COUPON_NOT_OWNED',
    'SHOP_GOODS_NO_EXIST',
    'SHOP_GOODS_PRICE_INVALID',
    'SHOP_GOODS_NUM_NOT_ENOUGH',
    'SHOP_COUPON_ISUSED',
    'SHOP_MONEY_PAID_INVALID',
    'SHOP_REQUEST_IN_PROGRESS',
    'SHOP_IDEMPOTENCY_KEY_REUSED',
    'SHOP_SERVICE_UNAVAILABLE',
    'SHOP_SERVICE_TIMEOUT',
  )
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
      this.confirmOrder.run(request, claim),
    );
  }

  @ApiOperation({ summary: 'One order' })
  @ApiAnswer(Order)
  @ApiProblems('SHOP_ORDER_NO_EXIST')
  @Get(':orderId')
  async one(@Param() { orderId }: OrderPath, @Caller() caller: Identity): Promise<Order> {
    const order = await this.orders.find(orderId);
    // whether somebody else has such an order is nobody's business
    if (!order || !caller.mayActFor(order.userId)) throw new ShopError('SHOP_ORDER_NO_EXIST');
    return order;
  }

  @ApiOperation({ summary: 'Orders of a user, newest first' })
  @ApiAnswer([Order])
  @ApiProblems('SHOP_ACCESS_DENIED')
  @Get()
  async ofUser(@Query() { userId, limit, before }: OrdersQuery, @Caller() caller: Identity): Promise<Order[]> {
    if (!caller.mayActFor(userId)) throw new ShopError('SHOP_ACCESS_DENIED');
    return this.orders.findByUser(userId, limit, before);
  }
}
