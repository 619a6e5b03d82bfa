import { Inject, Injectable } from '@nestjs/common';
import { grpcServices } from '@trade/contracts';
import { GrpcClientFactory } from '@trade/service-kit';
import { ORDER_CONFIG, type OrderConfig } from './config.js';

/** The services that take part in an order. */
@Injectable()
export class Participants {
  readonly goods = this.clients.connect(grpcServices.goods, this.config.GOODS_GRPC_ADDRESS, this.options);
  readonly coupons = this.clients.connect(grpcServices.coupon, this.config.COUPON_GRPC_ADDRESS, this.options);
  readonly users = this.clients.connect(grpcServices.user, this.config.USER_GRPC_ADDRESS, this.options);

  constructor(
    private readonly clients: GrpcClientFactory,
    @Inject(ORDER_CONFIG) private readonly config: OrderConfig,
  ) {}

  private get options() {
    return { deadlineMs: this.config.RPC_DEADLINE_MS };
  }
}
