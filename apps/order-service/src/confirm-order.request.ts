import { IdField, IntField, MoneyField, TextField, type Fen } from '@trade/service-kit';

export const MAX_GOODS_NUMBER = 99_999;

/** Body of POST /order/confirm. The amounts are what the buyer was shown: the order is refused if they are not right. */
export class ConfirmOrderRequest {
  @IdField({ example: '345963634385633280' })
  userId!: string;

  @IdField({ example: '345959443973935104' })
  goodsId!: string;

  @IntField({ min: 1, max: MAX_GOODS_NUMBER, example: 1 })
  goodsNumber!: number;

  @MoneyField({ description: 'price of one piece', example: '1000.00' })
  goodsPrice!: Fen;

  @MoneyField({ description: 'price × quantity + shipping fee', example: '1000.00' })
  orderAmount!: Fen;

  @MoneyField({ example: '0.00' })
  shippingFee!: Fen;

  @IdField({ optional: true, description: 'an unused coupon of this user', example: '345988230098857985' })
  couponId?: string | null;

  @MoneyField({ optional: true, description: 'the part to pay from the balance', example: '100.00' })
  moneyPaid?: Fen | null;

  @TextField({ maxLength: 255, example: '1 Chang’an Avenue, Beijing' })
  address!: string;

  @TextField({ maxLength: 255, optional: true, example: 'Li Lei' })
  consignee?: string | null;
}
