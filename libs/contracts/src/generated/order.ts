import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { GetOrderRequest as _trade_order_v1_GetOrderRequest, GetOrderRequest__Output as _trade_order_v1_GetOrderRequest__Output } from './trade/order/v1/GetOrderRequest.js';
import type { Order as _trade_order_v1_Order, Order__Output as _trade_order_v1_Order__Output } from './trade/order/v1/Order.js';
import type { OrderServiceClient as _trade_order_v1_OrderServiceClient, OrderServiceDefinition as _trade_order_v1_OrderServiceDefinition } from './trade/order/v1/OrderService.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  trade: {
    order: {
      v1: {
        GetOrderRequest: MessageTypeDefinition<_trade_order_v1_GetOrderRequest, _trade_order_v1_GetOrderRequest__Output>
        Order: MessageTypeDefinition<_trade_order_v1_Order, _trade_order_v1_Order__Output>
        OrderService: SubtypeConstructor<typeof grpc.Client, _trade_order_v1_OrderServiceClient> & { service: _trade_order_v1_OrderServiceDefinition }
      }
    }
  }
}

