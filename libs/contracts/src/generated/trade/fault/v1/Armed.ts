// Original file: proto/fault.proto


export interface Armed {
}

export interface Armed__Output {
}
