// Original file: proto/user.proto


export interface PayFromBalanceResponse {
}

export interface PayFromBalanceResponse__Output {
}
