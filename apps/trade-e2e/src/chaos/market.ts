import type { Books } from '../books.js';
import type { Random } from './random.js';

export interface Goods {
  goodsId: string;
  priceFen: number;
}

/** The shipping fee, and the goods amount from which on there is none: some goods here are cheaper than that. */
export const SHIPPING = { feeFen: 800, freeFromFen: 9_900 } as const;
export const COUPON_FEN = 2_000;
export const POOR_BALANCE_FEN = 10_000;

const FIRST_ID = 800_000_000_000_000_000n;
const PRICES_FEN = [4_000, 5_990, 9_900, 10_000, 25_050];
const HOT_GOODS = 3;
const USERS = 200;
const POOR_USERS = 20;
const STORIES_PER_COLD_GOODS = 40;
/** Coupons of a story: its own, and spare ones. */
const COUPONS_PER_STORY = 2;
const PLENTY = 1_000_000;

/** The goods, users and coupons that all stories order with. */
export class Market {
  readonly hotGoods = goods(0, HOT_GOODS);
  readonly usualGoods = goods(1_000, 100);
  /** One of each price. */
  readonly soldOutGoods = goods(500_000, PRICES_FEN.length);
  /** One to three left of each. */
  readonly coldGoods: Goods[];
  private readonly users = ids(2_000_000, USERS);
  readonly poorUsers = ids(3_000_000, POOR_USERS);

  constructor(private readonly stories: number) {
    this.coldGoods = goods(1_000_000, Math.ceil(stories / STORIES_PER_COLD_GOODS));
  }

  userOf(story: number): string {
    return this.users[story % USERS]!;
  }

  /** A coupon that belongs to the user of the story and to no other story. */
  couponOf(story: number, spare = 0): string {
    return String(FIRST_ID + 10_000_000n + BigInt(story * COUPONS_PER_STORY + spare));
  }

  /** An id that neither goods nor users nor coupons have. */
  unknownId(story: number): string {
    return String(FIRST_ID + 900_000_000n + BigInt(story));
  }

  /** Writes the rows. */
  async open(books: Books, random: Random): Promise<void> {
    const stock = (list: Goods[], amount: () => number) =>
      list.map(({ goodsId, priceFen }) => {
        const goodsNumber = amount();
        return {
          goods_id: goodsId,
          goods_name: `goods ${goodsId}`,
          goods_number: goodsNumber,
          initial_goods_number: goodsNumber,
          goods_price: yuan(priceFen),
        };
      });
    await books.insertMany('trade_goods.trade_goods', [
      ...stock([...this.hotGoods, ...this.usualGoods], () => PLENTY),
      ...stock(this.soldOutGoods, () => 0),
      ...stock(this.coldGoods, () => random.int(1, 3)),
    ]);
    const wallets = (list: string[], balance: string) =>
      list.map((userId) => ({
        user_id: userId,
        user_name: `user ${userId}`,
        user_password: 'no login',
        user_money: balance,
        initial_user_money: balance,
      }));
    await books.insertMany('trade_user.trade_user', [
      ...wallets(this.users, '10000000.00'),
      ...wallets(this.poorUsers, yuan(POOR_BALANCE_FEN)),
    ]);
    const coupons = Array.from({ length: this.stories * COUPONS_PER_STORY }, (_, index) => {
      const story = Math.floor(index / COUPONS_PER_STORY);
      return {
        coupon_id: this.couponOf(story, index % COUPONS_PER_STORY),
        coupon_price: yuan(COUPON_FEN),
        user_id: this.userOf(story),
      };
    });
    await books.insertMany('trade_coupon.trade_coupon', coupons);
  }
}

export function yuan(fen: number): string {
  return (fen / 100).toFixed(2);
}

function goods(from: number, count: number): Goods[] {
  return ids(from, count).map((goodsId, index) => ({ goodsId, priceFen: PRICES_FEN[index % PRICES_FEN.length]! }));
}

function ids(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(FIRST_ID + BigInt(from + index)));
}
