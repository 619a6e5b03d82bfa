// Original file: proto/timeline.proto

import type { OrderEvent as _trade_timeline_v1_OrderEvent, OrderEvent__Output as _trade_timeline_v1_OrderEvent__Output } from '../../../trade/timeline/v1/OrderEvent.js';
import type { Long } from '@grpc/proto-loader';

export interface OrderEvents {
  'recording'?: (boolean);
  'dropped'?: (number | string | Long);
  'events'?: (_trade_timeline_v1_OrderEvent)[];
}

export interface OrderEvents__Output {
  'recording': (boolean);
  'dropped': (string);
  'events': (_trade_timeline_v1_OrderEvent__Output)[];
}
