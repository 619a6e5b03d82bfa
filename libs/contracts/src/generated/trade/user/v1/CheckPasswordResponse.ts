// Original file: proto/user.proto


export interface CheckPasswordResponse {
  'matches'?: (boolean);
}

export interface CheckPasswordResponse__Output {
  'matches': (boolean);
}
