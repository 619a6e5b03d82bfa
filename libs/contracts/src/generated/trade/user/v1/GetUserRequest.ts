// Original file: proto/user.proto

import type { Long } from '@grpc/proto-loader';

export interface GetUserRequest {
  'userId'?: (number | string | Long);
}

export interface GetUserRequest__Output {
  'userId': (string);
}
