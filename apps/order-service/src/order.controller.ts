import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { IdField, IntQueryField, ShopError } from '@trade/service-kit';
import { answer, arrayOf, one, problem } from './api-answers.js';
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
@ApiExtraModels(Order)
@Controller('order')
export class OrderController {
  constructor(
    private readonly confirmOrder: ConfirmOrderSaga,
    private readonly orders: OrderRepository,
  ) {}

  @ApiOperation({
    summary: 'Place an order',
    description:
      'Takes stock, coupon and balance part, and answers with the confirmed order. Nothing stays taken when it fails.',
  })
  @ApiResponse({ status: 200, schema: answer(one(Order)) })
  @ApiResponse(problem('SHOP_ORDERAMOUNT_INVALID'))
  @ApiResponse(problem('SHOP_GOODS_NO_EXIST'))
  @ApiResponse(problem('SHOP_GOODS_NUM_NOT_ENOUGH'))
  @ApiResponse(problem('SHOP_SERVICE_UNAVAILABLE'))
  @Post('confirm')
  @HttpCode(200)
  async confirm(@Body() request: ConfirmOrderRequest): Promise<Order> {
    return this.confirmOrder.run(request);
  }

  @ApiOperation({ summary: 'One order' })
  @ApiResponse({ status: 200, schema: answer(one(Order)) })
  @ApiResponse(problem('SHOP_ORDER_NO_EXIST'))
  @Get(':orderId')
  async one(@Param() { orderId }: OrderPath): Promise<Order> {
    const order = await this.orders.find(orderId);
    if (!order) throw new ShopError('SHOP_ORDER_NO_EXIST');
    return order;
  }

  @ApiOperation({ summary: 'Orders of a user, newest first' })
  @ApiResponse({ status: 200, schema: answer(arrayOf(Order)) })
  @Get()
  async ofUser(@Query() { userId, limit, before }: OrdersQuery): Promise<Order[]> {
    return this.orders.findByUser(userId, limit, before);
  }
}
