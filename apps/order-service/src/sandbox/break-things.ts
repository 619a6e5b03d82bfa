import { Inject, Injectable } from '@nestjs/common';
import { faultService } from '@trade/contracts';
import { GrpcClientFactory, ShopError, type Fault, type GrpcClient } from '@trade/service-kit';
import { ORDER_CONFIG, type OrderConfig } from '../config.js';
import { serviceAddresses, type ServiceName } from '../service-addresses.js';

type FaultClient = GrpcClient<NonNullable<typeof faultService.definition>>;

/** The steps that can be made to fail, and the process in which each is. */
export const STEPS: Readonly<Record<string, ServiceName>> = {
  'serve goods.HoldStock': 'goods',
  'serve coupon.UseCoupon': 'coupon',
  'serve user.PayFromBalance': 'user',
  'call goods.HoldStock': 'order',
  'call user.PayFromBalance': 'order',
  'receive order_cancel': 'goods',
  'receive pay_success': 'user',
};

/** What `npm start` runs, and kills when it is asked to. */
export const PROCESSES = [
  'goods-service',
  'coupon-service',
  'user-service',
  'pay-service',
  'order-service',
  'mq-broker',
] as const;
export type ProcessName = (typeof PROCESSES)[number];

/** Breaks the system on purpose, to see how it heals. */
@Injectable()
export class BreakThings {
  private readonly clients = new Map<ServiceName, FaultClient>();

  constructor(
    private readonly connections: GrpcClientFactory,
    @Inject(ORDER_CONFIG) private readonly config: OrderConfig,
  ) {}

  /** The next time that the step comes by. Of several instances of a service one is told. */
  async arm(step: string, fault: Fault): Promise<void> {
    await this.clientOf(STEPS[step]!).arm({ step, fault });
  }

  /** @throws {ShopError} SHOP_SERVICE_UNAVAILABLE where this process was not started by `npm start` */
  kill(name: ProcessName, awayMs: number): void {
    if (!process.send) throw new ShopError('SHOP_SERVICE_UNAVAILABLE', 'Only `npm start` can kill processes');
    process.send({ kill: name, awayMs });
  }

  private clientOf(service: ServiceName): FaultClient {
    const present = this.clients.get(service);
    if (present) return present;
    const client = this.connections.connect(faultService, serviceAddresses(this.config)[service]);
    this.clients.set(service, client);
    return client;
  }
}
