import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Goods } from '@trade/contracts';
import { ApiAnswer, ApiProblems, ApiRequests, formatYuan, IdField, IntQueryField, Open } from '@trade/service-kit';
import { Participants } from './participants.js';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

class GoodsPath {
  @IdField({ example: '345959443973935104' })
  goodsId!: string;
}

class GoodsQuery {
  @IntQueryField({ min: 1, max: MAX_LIMIT, optional: true, description: `${DEFAULT_LIMIT} when left out`, example: 3 })
  limit: number = DEFAULT_LIMIT;

  @IdField({
    optional: true,
    description: 'goods after this one: the last goods id of the page before',
    example: '345959443973935103',
  })
  after?: string;
}

/** Goods as a shop shows them. */
class GoodsOffer {
  @ApiProperty({ format: 'int64', example: '345959443973935104' })
  goodsId!: string;

  @ApiProperty({ example: 'Javase课程' })
  goodsName!: string;

  @ApiProperty({ example: 'Java course on video' })
  goodsDesc!: string;

  @ApiProperty({ format: 'decimal', example: '1000.00' })
  goodsPrice!: string;

  @ApiProperty({ type: 'integer', example: 999, description: 'pieces in stock' })
  goodsNumber!: number;
}

@ApiTags('goods')
@Controller('goods')
export class GoodsController {
  constructor(private readonly participants: Participants) {}

  @ApiOperation({ summary: 'Goods, in the order of their id' })
  @ApiAnswer([GoodsOffer])
  @ApiProblems('SHOP_SERVICE_TIMEOUT')
  @Get()
  @Open()
  async list(@Query() { limit, after }: GoodsQuery): Promise<GoodsOffer[]> {
    const { goods } = await this.participants.goods.listGoods({ afterGoodsId: after ?? '0', limit });
    return goods.map(offerOf);
  }

  @ApiOperation({ summary: 'One of the goods' })
  @ApiAnswer(GoodsOffer)
  @ApiRequests({ 'one of the goods': {}, SHOP_GOODS_NO_EXIST: { parameters: { goodsId: '1' } } })
  @ApiProblems('SHOP_GOODS_NO_EXIST', 'SHOP_SERVICE_TIMEOUT')
  @Get(':goodsId')
  @Open()
  async one(@Param() { goodsId }: GoodsPath): Promise<GoodsOffer> {
    return offerOf(await this.participants.goods.getGoods({ goodsId }));
  }
}

function offerOf({ goodsId, goodsName, goodsDesc, priceFen, stock }: Goods): GoodsOffer {
  return { goodsId, goodsName, goodsDesc, goodsPrice: formatYuan(BigInt(priceFen)), goodsNumber: stock };
}
