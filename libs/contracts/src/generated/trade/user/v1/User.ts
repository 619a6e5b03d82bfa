// Original file: proto/user.proto

import type { Long } from '@grpc/proto-loader';

export interface User {
  'userId'?: (number | string | Long);
  'userName'?: (string);
  'balanceFen'?: (number | string | Long);
  'score'?: (number);
}

export interface User__Output {
  'userId': (string);
  'userName': (string);
  'balanceFen': (string);
  'score': (number);
}
