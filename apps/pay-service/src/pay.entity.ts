import { ApiProperty } from '@nestjs/swagger';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** trade_pay.is_paid */
export const paymentStatus = { open: 0, paying: 1, paid: 2, refunded: 3, failed: 4 } as const;
export type PaymentStatus = (typeof paymentStatus)[keyof typeof paymentStatus];

/** A payment, as it is stored and as it is answered. */
@Entity('trade_pay')
export class Payment {
  @PrimaryColumn({ name: 'pay_id', type: 'bigint' })
  @ApiProperty({ format: 'int64', example: '352542415984402432' })
  payId!: string;

  @Column({ name: 'order_id', type: 'bigint' })
  @ApiProperty({ format: 'int64', example: '352537369385242624' })
  orderId!: string;

  @Column({ name: 'user_id', type: 'bigint' })
  @ApiProperty({ format: 'int64', example: '345963634385633280' })
  userId!: string;

  @Column({ name: 'pay_amount', type: 'decimal', precision: 10, scale: 2 })
  @ApiProperty({ format: 'decimal', example: '880.00' })
  payAmount!: string;

  @Column({ name: 'money_paid', type: 'decimal', precision: 10, scale: 2 })
  @ApiProperty({
    format: 'decimal',
    example: '100.00',
    description: "The part of the order that was paid from the user's balance",
  })
  moneyPaid!: string;

  @Column({ name: 'is_paid', type: 'tinyint' })
  @ApiProperty({ type: 'integer', example: 2, description: '0 open, 1 paying, 2 paid, 3 refunded, 4 failed' })
  isPaid!: PaymentStatus;

  @Column({ name: 'create_time', type: 'timestamp', precision: 3 })
  @ApiProperty({ type: String, format: 'date-time', example: '2019-07-27T17:18:45.000Z' })
  createTime!: Date;

  @Column({ name: 'pay_time', type: 'timestamp', precision: 3, nullable: true })
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2019-07-27T17:18:47.000Z' })
  payTime!: Date | null;

  /** Never answered: order_id while the payment is open or paid, so that the database refuses a second one. */
  @Column({ name: 'open_order_id', type: 'bigint', nullable: true, select: false })
  openOrderId?: string | null;
}
