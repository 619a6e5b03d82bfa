// Original file: proto/batch.proto

import type { Answer as _trade_batch_v1_Answer, Answer__Output as _trade_batch_v1_Answer__Output } from '../../../trade/batch/v1/Answer.js';

export interface Answers {
  'answers'?: (_trade_batch_v1_Answer)[];
  'closing'?: (boolean);
}

export interface Answers__Output {
  'answers': (_trade_batch_v1_Answer__Output)[];
  'closing': (boolean);
}
