// Original file: proto/timeline.proto

import type { Long } from '@grpc/proto-loader';

export interface GetOrderEventsRequest {
  'orderId'?: (number | string | Long);
  'traceIds'?: (string)[];
  'sinceUs'?: (number | string | Long);
}

export interface GetOrderEventsRequest__Output {
  'orderId': (string);
  'traceIds': (string)[];
  'sinceUs': (string);
}
