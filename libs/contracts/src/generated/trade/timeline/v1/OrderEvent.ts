// Original file: proto/timeline.proto

import type { Long } from '@grpc/proto-loader';

export interface OrderEvent {
  'kind'?: (string);
  'name'?: (string);
  'process'?: (string);
  'traceId'?: (string);
  'atUs'?: (number | string | Long);
  'durationUs'?: (number | string | Long);
  'failure'?: (string);
  'details'?: (string);
  'fromTables'?: (boolean);
}

export interface OrderEvent__Output {
  'kind': (string);
  'name': (string);
  'process': (string);
  'traceId': (string);
  'atUs': (string);
  'durationUs': (string);
  'failure': (string);
  'details': (string);
  'fromTables': (boolean);
}
