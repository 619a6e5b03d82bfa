import { Injectable } from '@nestjs/common';
import type { Goods } from '@trade/contracts';
import { Database, parseYuan, RowLoader, ShopError } from '@trade/service-kit';

interface GoodsRow {
  goods_id: string;
  goods_name: string;
  goods_desc: string | null;
  goods_price: string;
  goods_number: number;
}

const COLUMNS = 'goods_id, goods_name, goods_desc, goods_price, goods_number';

@Injectable()
export class GoodsRepository {
  private readonly rows: RowLoader<GoodsRow>;

  constructor(private readonly database: Database) {
    this.rows = new RowLoader(database, `SELECT ${COLUMNS} FROM trade_goods WHERE goods_id IN (?)`, 'goods_id');
  }

  /** @throws {ShopError} SHOP_GOODS_NO_EXIST */
  async get(goodsId: string): Promise<Goods> {
    const row = await this.rows.load(goodsId);
    if (!row) throw new ShopError('SHOP_GOODS_NO_EXIST');
    return toGoods(row);
  }

  /** Goods in the order of their id, from the one after the given id on. */
  async list(afterGoodsId: string, limit: number): Promise<Goods[]> {
    const rows = await this.database.query<GoodsRow[]>(
      `SELECT ${COLUMNS} FROM trade_goods WHERE goods_id > ? ORDER BY goods_id LIMIT ?`,
      [afterGoodsId, limit],
    );
    return rows.map(toGoods);
  }
}

function toGoods(row: GoodsRow): Goods {
  return {
    goodsId: row.goods_id,
    goodsName: row.goods_name,
    goodsDesc: row.goods_desc ?? '',
    priceFen: String(parseYuan(row.goods_price)),
    stock: row.goods_number,
  };
}
