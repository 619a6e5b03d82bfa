import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { GetOrderRequest, OrderOverview } from '@trade/contracts';
import { parseYuan, requirePositive, ShopError } from '@trade/service-kit';
import { OrderRepository } from './order.repository.js';

@Controller()
export class OrderGrpc {
  constructor(private readonly orders: OrderRepository) {}

  @GrpcMethod('OrderService', 'GetOrder')
  async getOrder({ orderId }: GetOrderRequest): Promise<OrderOverview> {
    requirePositive({ orderId });
    const order = await this.orders.find(orderId);
    if (!order) throw new ShopError('SHOP_ORDER_NO_EXIST');
    return {
      orderId,
      userId: order.userId,
      orderStatus: order.orderStatus,
      payStatus: order.payStatus,
      payAmountFen: String(parseYuan(order.payAmount)),
      moneyPaidFen: String(parseYuan(order.moneyPaid)),
    };
  }
}
