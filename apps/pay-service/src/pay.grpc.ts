import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { GetPaymentRequest, PaymentOverview } from '@trade/contracts';
import { parseYuan, requirePositive } from '@trade/service-kit';
import { PayRepository } from './pay.repository.js';

@Controller()
export class PayGrpc {
  constructor(private readonly payments: PayRepository) {}

  @GrpcMethod('PayService', 'GetPayment')
  async getPayment({ payId }: GetPaymentRequest): Promise<PaymentOverview> {
    requirePositive({ payId });
    const payment = await this.payments.get(payId);
    return {
      payId: payment.payId,
      orderId: payment.orderId,
      payAmountFen: String(parseYuan(payment.payAmount)),
      isPaid: payment.isPaid,
    };
  }
}
