import { Injectable } from '@nestjs/common';
import type { User } from '@trade/contracts';
import { Database, parseYuan, RowLoader, ShopError } from '@trade/service-kit';

interface UserRow {
  user_id: string;
  user_name: string;
  user_money: string;
  user_score: number;
}

@Injectable()
export class UserRepository {
  private readonly rows: RowLoader<UserRow>;

  constructor(database: Database) {
    const select = 'SELECT user_id, user_name, user_money, user_score FROM trade_user WHERE user_id IN (?)';
    this.rows = new RowLoader(database, select, 'user_id');
  }

  /** @throws {ShopError} SHOP_USER_NO_EXIST */
  async get(userId: string): Promise<User> {
    const row = await this.rows.load(userId);
    if (!row) throw new ShopError('SHOP_USER_NO_EXIST');
    return {
      userId: row.user_id,
      userName: row.user_name,
      balanceFen: String(parseYuan(row.user_money)),
      score: row.user_score,
    };
  }
}
