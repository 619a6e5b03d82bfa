// Original file: proto/batch.proto


export interface Call {
  'path'?: (string);
  'request'?: (Buffer | Uint8Array | string);
  'traceparent'?: (string);
}

export interface Call__Output {
  'path': (string);
  'request': (Buffer);
  'traceparent': (string);
}
