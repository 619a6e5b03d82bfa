// Original file: proto/user.proto

import type { Long } from '@grpc/proto-loader';

export interface CheckPasswordRequest {
  'userId'?: (number | string | Long);
  'password'?: (string);
}

export interface CheckPasswordRequest__Output {
  'userId': (string);
  'password': (string);
}
