// Original file: proto/batch.proto

import type { Call as _trade_batch_v1_Call, Call__Output as _trade_batch_v1_Call__Output } from '../../../trade/batch/v1/Call.js';

export interface Calls {
  'calls'?: (_trade_batch_v1_Call)[];
}

export interface Calls__Output {
  'calls': (_trade_batch_v1_Call__Output)[];
}
