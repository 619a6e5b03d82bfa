import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { GetGoodsRequest, Goods, HoldStockRequest, ListGoodsRequest, ListGoodsResponse } from '@trade/contracts';
import { requirePositive } from '@trade/service-kit';
import { GoodsRepository } from './goods.repository.js';
import { StockHolds } from './stock-holds.js';

const MAX_PAGE = 100;

@Controller()
export class GoodsGrpc {
  constructor(
    private readonly goods: GoodsRepository,
    private readonly stockHolds: StockHolds,
  ) {}

  @GrpcMethod('GoodsService', 'GetGoods')
  async getGoods({ goodsId }: GetGoodsRequest): Promise<Goods> {
    requirePositive({ goodsId });
    return this.goods.get(goodsId);
  }

  @GrpcMethod('GoodsService', 'ListGoods')
  async listGoods({ afterGoodsId, limit }: ListGoodsRequest): Promise<ListGoodsResponse> {
    requirePositive({ limit });
    return { goods: await this.goods.list(afterGoodsId, Math.min(limit, MAX_PAGE)) };
  }

  @GrpcMethod('GoodsService', 'HoldStock')
  async holdStock({ orderId, goodsId, quantity }: HoldStockRequest): Promise<object> {
    requirePositive({ orderId, goodsId, quantity });
    await this.stockHolds.hold(orderId, goodsId, quantity);
    return {};
  }
}
