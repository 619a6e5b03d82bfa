import { Controller, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GrpcMethod } from '@nestjs/microservices';
import { grpcServices } from '@trade/contracts';
import { GrpcServer } from '../src/grpc/grpc-server.js';
import { Peers } from '../src/grpc/peers.js';

/** Servers and clients of a spec know each other. */
export const samePeers = new Peers({ INTERNAL_TOKEN: 'the token of a spec' });

/** The gRPC door of a goods-service that answers GetGoods as a test tells it to. */
export class GoodsServer {
  private constructor(
    private readonly app: INestApplicationContext,
    private readonly server: GrpcServer,
    readonly port: number,
  ) {}

  static async start(
    answer: (goodsId: string) => object | Promise<object>,
    peers = samePeers,
    options: { maxConnectionAgeMs?: number } = {},
  ): Promise<GoodsServer> {
    @Controller()
    class GoodsDoor {
      @GrpcMethod('GoodsService', 'GetGoods')
      getGoods({ goodsId }: { goodsId: string }): object | Promise<object> {
        return answer(goodsId);
      }

      @GrpcMethod('GoodsService', 'ListGoods')
      listGoods(): object {
        return {};
      }

      @GrpcMethod('GoodsService', 'HoldStock')
      holdStock(): object {
        return {};
      }
    }
    @Module({ controllers: [GoodsDoor] })
    class GoodsModule {}
    const app = await NestFactory.createApplicationContext(GoodsModule, { logger: false });
    const server = new GrpcServer(app, grpcServices.goods, peers, options);
    return new GoodsServer(app, server, await server.listen('127.0.0.1:0'));
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    await this.server.close();
    await this.app.close();
  }
}
