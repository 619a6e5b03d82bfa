import { Body, Controller, Get, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiAnswer,
  ApiIdempotencyKey,
  ApiProblems,
  ApiRequests,
  Caller,
  ChoiceField,
  type Fen,
  IdempotencyKey,
  IdField,
  type Identity,
  MoneyField,
  Open,
  ShopError,
  TextField,
} from '@trade/service-kit';
import { CallbackSignatureGuard } from './callback-signature.guard.js';
import { CreatePayment } from './create-payment.js';
import { countCallback } from './pay-metrics.js';
import { callbackRequests, createPaymentRequests, readRequests } from './pay.examples.js';
import { Payment } from './pay.entity.js';
import { PayRepository } from './pay.repository.js';
import { TakePaymentCallback } from './take-payment-callback.js';

class CreatePaymentBody {
  @IdField({ example: '352537369385242624' })
  orderId!: string;

  @MoneyField({
    example: '880.00',
    description: 'What is due for the order: it must equal the pay amount of the order',
  })
  payAmount!: Fen;
}

class CallbackBody {
  @IdField({ example: '352542415984402432' })
  payId!: string;

  @ChoiceField({
    oneOf: [0, 1, 2, 4],
    example: 2,
    description: '2: the money is here; 4: it will not come; 0 or 1: it is not here yet, nothing changes',
  })
  isPaid!: number;

  @MoneyField({ optional: true, example: '880.00', description: 'Must equal the amount of the payment' })
  payAmount?: Fen | null;

  @IdField({ optional: true, example: '352537369385242624', description: 'Must be the order of the payment' })
  orderId?: string | null;

  @TextField({ optional: true, maxLength: 64, example: '4200001234', description: "The platform's own number" })
  transactionId?: string | null;
}

class PaymentPath {
  @IdField({ example: '352542415984402432' })
  payId!: string;
}

@ApiTags('payments')
@Controller('pay')
export class PayController {
  constructor(
    private readonly createPayment: CreatePayment,
    private readonly takePaymentCallback: TakePaymentCallback,
    private readonly payments: PayRepository,
  ) {}

  @Post('createPayment')
  @HttpCode(200)
  @ApiOperation({ summary: 'Open the payment of a confirmed order; asked again, answer the one that is open' })
  @ApiIdempotencyKey()
  @ApiAnswer(Payment)
  @ApiProblems(
    'SHOP_PAY_AMOUNT_INVALID',
    'SHOP_ORDER_NO_EXIST',
    'SHOP_ORDER_NOT_CONFIRMED',
    'SHOP_ORDER_CANCELLED',
    'SHOP_ORDER_PAY_STATUS_IS_PAY',
    'SHOP_SERVICE_TIMEOUT',
  )
  @ApiRequests(createPaymentRequests)
  create(
    @IdempotencyKey() key: string | undefined,
    @Body() { orderId, payAmount }: CreatePaymentBody,
    @Caller() caller: Identity,
  ): Promise<Payment> {
    return this.createPayment.execute(orderId, payAmount, caller, key);
  }

  @Post('callbackPayment')
  @HttpCode(200)
  @Open({ limit: 'failures' })
  @UseGuards(CallbackSignatureGuard)
  @ApiOperation({ summary: 'The payment platform reports a payment; a repeated report changes nothing' })
  @ApiHeader({
    name: 'X-Pay-Signature',
    description: 't=<unix seconds>,v1=<hex HMAC-SHA256(secret, t + "." + body)>; needed where a secret is set',
    required: false,
  })
  @ApiAnswer(Payment)
  @ApiProblems('SHOP_PAY_AMOUNT_INVALID', 'SHOP_PAY_SIGNATURE_INVALID', 'SHOP_PAYMENT_NOT_FOUND')
  @ApiRequests(callbackRequests)
  callback(@Body() callback: CallbackBody): Promise<Payment> {
    return countCallback(this.takePaymentCallback.execute(callback));
  }

  @Get(':payId')
  @ApiOperation({ summary: 'A payment' })
  @ApiAnswer(Payment)
  @ApiProblems('SHOP_PAYMENT_NOT_FOUND')
  @ApiRequests(readRequests)
  async get(@Param() { payId }: PaymentPath, @Caller() caller: Identity): Promise<Payment> {
    const payment = await this.payments.get(payId);
    // whether somebody else has such a payment is nobody's business
    if (!caller.mayActFor(payment.userId)) throw new ShopError('SHOP_PAYMENT_NOT_FOUND');
    return payment;
  }
}
