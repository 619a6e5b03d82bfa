import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Column, Entity } from 'typeorm';
import type { OrderStatus, PayStatus } from './order-status.js';

/** An order: the row, and the answer to whoever asks for it. Amounts are yuan as decimal text. */
@Entity('trade_order')
export class Order {
  @IdColumn('order_id', '352537369385242624', { primary: true })
  orderId!: string;

  @IdColumn('user_id', '345963634385633280')
  userId!: string;

  @StatusColumn('order_status', '0 unconfirmed, 1 confirmed, 2 cancelled, 3 invalid, 4 refunded', 1)
  orderStatus!: OrderStatus;

  @StatusColumn('pay_status', '0 unpaid, 1 paying, 2 paid', 2)
  payStatus!: PayStatus;

  @StatusColumn('shipping_status', '0 not shipped, 1 shipped, 2 returned', 0)
  shippingStatus!: number;

  @TextColumn('address', '1 Chang’an Avenue, Beijing')
  address!: string;

  @TextColumn('consignee', 'Li Lei', { nullable: true })
  consignee!: string | null;

  @IdColumn('goods_id', '345959443973935104')
  goodsId!: string;

  @ApiProperty({ type: 'integer', example: 1 })
  @Column({ name: 'goods_number', type: 'int' })
  goodsNumber!: number;

  @MoneyColumn('goods_price', '1000.00')
  goodsPrice!: string;

  /** Price × quantity. */
  @MoneyColumn('goods_amount', '1000.00')
  goodsAmount!: string;

  @MoneyColumn('shipping_fee', '0.00')
  shippingFee!: string;

  /** Goods and shipping. */
  @MoneyColumn('order_amount', '1000.00')
  orderAmount!: string;

  @IdColumn('coupon_id', '345988230098857984', { nullable: true })
  couponId!: string | null;

  /** The part that the coupon covers. */
  @MoneyColumn('coupon_paid', '20.00')
  couponPaid!: string;

  /** The part paid from the user's balance. */
  @MoneyColumn('money_paid', '100.00')
  moneyPaid!: string;

  /** What is left to pay. */
  @MoneyColumn('pay_amount', '880.00')
  payAmount!: string;

  @TimeColumn('add_time', '2019-07-27T16:58:44.000Z')
  addTime!: Date;

  @TimeColumn('confirm_time', '2019-07-27T16:58:44.000Z', { nullable: true })
  confirmTime!: Date | null;

  @TimeColumn('pay_time', '2019-07-27T17:18:47.000Z', { nullable: true })
  payTime!: Date | null;

  /** The payment that paid it. */
  @IdColumn('pay_id', '352542415984402432', { nullable: true })
  payId!: string | null;

  /** When it was cancelled or refunded. */
  @TimeColumn('cancel_time', null, { nullable: true })
  cancelTime!: Date | null;

  @TextColumn('cancel_reason', null, { nullable: true })
  cancelReason!: string | null;
}

interface ColumnOptions {
  primary?: boolean;
  nullable?: boolean;
}

function IdColumn(name: string, example: string, options: ColumnOptions = {}): PropertyDecorator {
  return applyDecorators(
    Column({ name, type: 'bigint', ...options }),
    ApiProperty({ type: String, format: 'int64', example, nullable: options.nullable }),
  );
}

function MoneyColumn(name: string, example: string): PropertyDecorator {
  return applyDecorators(
    Column({ name, type: 'decimal', precision: 10, scale: 2 }),
    ApiProperty({ type: String, format: 'decimal', example }),
  );
}

function StatusColumn(name: string, description: string, example: number): PropertyDecorator {
  return applyDecorators(Column({ name, type: 'tinyint' }), ApiProperty({ type: 'integer', description, example }));
}

function TextColumn(name: string, example: string | null, options: ColumnOptions = {}): PropertyDecorator {
  return applyDecorators(
    Column({ name, type: 'varchar', length: 255, ...options }),
    ApiProperty({ type: String, example, nullable: options.nullable }),
  );
}

function TimeColumn(name: string, example: string | null, options: ColumnOptions = {}): PropertyDecorator {
  return applyDecorators(
    Column({ name, type: 'timestamp', precision: 3, ...options }),
    ApiProperty({ type: String, format: 'date-time', example, nullable: options.nullable }),
  );
}
