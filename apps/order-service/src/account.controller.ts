import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, ApiProblems, Caller, formatYuan, IdField, type Identity, ShopError } from '@trade/service-kit';
import { Participants } from './participants.js';

class UserPath {
  @IdField({ example: '345963634385633280' })
  userId!: string;
}

class Account {
  @ApiProperty({ format: 'int64', example: '345963634385633280' })
  userId!: string;

  @ApiProperty({ example: 'zs' })
  userName!: string;

  @ApiProperty({ format: 'decimal', example: '900.00' })
  balance!: string;

  @ApiProperty({ type: 'integer', example: 100 })
  score!: number;
}

class UnusedCoupon {
  @ApiProperty({ format: 'int64', example: '345988230098857985' })
  couponId!: string;

  @ApiProperty({ format: 'decimal', example: '20.00' })
  couponPrice!: string;
}

/** What a customer has: balance, score, coupons. */
@ApiTags('account')
@Controller()
export class AccountController {
  constructor(private readonly participants: Participants) {}

  @ApiOperation({ summary: 'Balance and score of a user' })
  @ApiAnswer(Account)
  @ApiProblems('SHOP_ACCESS_DENIED', 'SHOP_USER_NO_EXIST', 'SHOP_SERVICE_TIMEOUT')
  @Get('user/:userId')
  async user(@Param() { userId }: UserPath, @Caller() caller: Identity): Promise<Account> {
    if (!caller.mayActFor(userId)) throw new ShopError('SHOP_ACCESS_DENIED');
    const { userName, balanceFen, score } = await this.participants.users.getUser({ userId });
    return { userId, userName, balance: formatYuan(BigInt(balanceFen)), score };
  }

  @ApiOperation({ summary: 'Coupons that a user has not used yet' })
  @ApiAnswer([UnusedCoupon])
  @ApiProblems('SHOP_ACCESS_DENIED', 'SHOP_SERVICE_TIMEOUT')
  @Get('coupon')
  async coupons(@Query() { userId }: UserPath, @Caller() caller: Identity): Promise<UnusedCoupon[]> {
    if (!caller.mayActFor(userId)) throw new ShopError('SHOP_ACCESS_DENIED');
    const { coupons } = await this.participants.coupons.listUnusedCoupons({ userId });
    return coupons.map(({ couponId, valueFen }) => ({ couponId, couponPrice: formatYuan(BigInt(valueFen)) }));
  }
}
