// Original file: proto/goods.proto


export interface HoldStockResponse {
}

export interface HoldStockResponse__Output {
}
