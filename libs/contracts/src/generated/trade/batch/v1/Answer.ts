// Original file: proto/batch.proto


export interface Answer {
  'id'?: (number);
  'response'?: (Buffer | Uint8Array | string);
  'status'?: (number);
  'details'?: (string);
  'shopCode'?: (string);
}

export interface Answer__Output {
  'id': (number);
  'response': (Buffer);
  'status': (number);
  'details': (string);
  'shopCode': (string);
}
