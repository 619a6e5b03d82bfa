import { Body, Controller, Get, Headers, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  ChoiceField,
  FAULTS,
  formatYuan,
  IdField,
  IntField,
  MoneyField,
  type Fault,
  type Fen,
} from '@trade/service-kit';
import { BreakThings, PROCESSES, STEPS, type ProcessName } from './break-things.js';
import { OUTCOMES, PaymentPlatform, type Outcome, type Payment, type PlatformState } from './payment-platform.js';
import { SandboxGuard } from './sandbox.guard.js';

const MAX_SPEED = 3_600;
const MAX_AWAY_MS = 30_000;

class OpenBody {
  @IdField({ example: '352537369385242624' })
  orderId!: string;

  @MoneyField({ example: '880.00' })
  payAmount!: Fen;
}

class PaymentPath {
  @IdField({ example: '352542415984402432' })
  payId!: string;
}

class DecideBody {
  @ChoiceField({ oneOf: OUTCOMES, example: 'pay' })
  outcome!: Outcome;

  @IntField({ min: 1, max: MAX_SPEED, example: 60 })
  speed!: number;
}

class FaultBody {
  @ChoiceField({ oneOf: Object.keys(STEPS), example: 'serve goods.HoldStock' })
  step!: string;

  @ChoiceField({ oneOf: FAULTS, example: 'refuse' })
  fault!: Fault;
}

class KillBody {
  @ChoiceField({ oneOf: PROCESSES, example: 'goods-service' })
  process!: ProcessName;

  @IntField({ min: 0, max: MAX_AWAY_MS, example: 5_000 })
  awayMs!: number;
}

/** The payment platform that is not real, and the panel that breaks things. Production does not have it. */
@ApiExcludeController()
@Controller('sandbox')
@UseGuards(SandboxGuard)
export class SandboxController {
  constructor(
    private readonly platform: PaymentPlatform,
    private readonly breakThings: BreakThings,
  ) {}

  @Get()
  overview(): { steps: string[]; faults: readonly string[]; processes: readonly string[] } {
    return { steps: Object.keys(STEPS), faults: FAULTS, processes: process.send ? PROCESSES : [] };
  }

  @Post('payments')
  @HttpCode(200)
  open(@Body() { orderId, payAmount }: OpenBody, @Headers('authorization') authorization?: string): Promise<Payment> {
    return this.platform.open(orderId, formatYuan(payAmount), authorization);
  }

  @Get('payments/:payId')
  state(@Param() { payId }: PaymentPath): PlatformState {
    return this.platform.state(payId);
  }

  @Post('payments/:payId/outcome')
  @HttpCode(200)
  decide(@Param() { payId }: PaymentPath, @Body() { outcome, speed }: DecideBody): PlatformState {
    return this.platform.decide(payId, outcome, speed);
  }

  @Post('faults')
  @HttpCode(200)
  async arm(@Body() { step, fault }: FaultBody): Promise<object> {
    await this.breakThings.arm(step, fault);
    return {};
  }

  @Post('kills')
  @HttpCode(200)
  kill(@Body() { process, awayMs }: KillBody): object {
    this.breakThings.kill(process, awayMs);
    return {};
  }
}
