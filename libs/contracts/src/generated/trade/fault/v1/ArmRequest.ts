// Original file: proto/fault.proto


export interface ArmRequest {
  'step'?: (string);
  'fault'?: (string);
}

export interface ArmRequest__Output {
  'step': (string);
  'fault': (string);
}
