// Original file: proto/coupon.proto


export interface UseCouponResponse {
}

export interface UseCouponResponse__Output {
}
