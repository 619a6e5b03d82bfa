// Original file: proto/batch.proto


export interface Answer {
  'index'?: (number);
  'response'?: (Buffer | Uint8Array | string);
  'status'?: (number);
  'details'?: (string);
  'shopCode'?: (string);
}

export interface Answer__Output {
  'index': (number);
  'response': (Buffer);
  'status': (number);
  'details': (string);
  'shopCode': (string);
}
