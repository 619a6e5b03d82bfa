// Original file: proto/batch.proto


export interface Call {
  'id'?: (number);
  'path'?: (string);
  'request'?: (Buffer | Uint8Array | string);
  'traceparent'?: (string);
}

export interface Call__Output {
  'id': (number);
  'path': (string);
  'request': (Buffer);
  'traceparent': (string);
}
