import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { GetOrderEventsRequest as _trade_timeline_v1_GetOrderEventsRequest, GetOrderEventsRequest__Output as _trade_timeline_v1_GetOrderEventsRequest__Output } from './trade/timeline/v1/GetOrderEventsRequest.js';
import type { OrderEvent as _trade_timeline_v1_OrderEvent, OrderEvent__Output as _trade_timeline_v1_OrderEvent__Output } from './trade/timeline/v1/OrderEvent.js';
import type { OrderEvents as _trade_timeline_v1_OrderEvents, OrderEvents__Output as _trade_timeline_v1_OrderEvents__Output } from './trade/timeline/v1/OrderEvents.js';
import type { TimelineServiceClient as _trade_timeline_v1_TimelineServiceClient, TimelineServiceDefinition as _trade_timeline_v1_TimelineServiceDefinition } from './trade/timeline/v1/TimelineService.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  trade: {
    timeline: {
      v1: {
        GetOrderEventsRequest: MessageTypeDefinition<_trade_timeline_v1_GetOrderEventsRequest, _trade_timeline_v1_GetOrderEventsRequest__Output>
        OrderEvent: MessageTypeDefinition<_trade_timeline_v1_OrderEvent, _trade_timeline_v1_OrderEvent__Output>
        OrderEvents: MessageTypeDefinition<_trade_timeline_v1_OrderEvents, _trade_timeline_v1_OrderEvents__Output>
        TimelineService: SubtypeConstructor<typeof grpc.Client, _trade_timeline_v1_TimelineServiceClient> & { service: _trade_timeline_v1_TimelineServiceDefinition }
      }
    }
  }
}

