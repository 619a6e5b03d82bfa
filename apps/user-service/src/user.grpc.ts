import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  CheckPasswordRequest,
  CheckPasswordResponse,
  GetUserRequest,
  PayFromBalanceRequest,
  User,
} from '@trade/contracts';
import { requirePositive } from '@trade/service-kit';
import { BalancePayments } from './balance-payments.js';
import { Passwords } from './passwords.js';
import { UserRepository } from './user.repository.js';

@Controller()
export class UserGrpc {
  constructor(
    private readonly users: UserRepository,
    private readonly balancePayments: BalancePayments,
    private readonly passwords: Passwords,
  ) {}

  @GrpcMethod('UserService', 'GetUser')
  async getUser({ userId }: GetUserRequest): Promise<User> {
    requirePositive({ userId });
    return this.users.get(userId);
  }

  @GrpcMethod('UserService', 'PayFromBalance')
  async payFromBalance({ orderId, userId, amountFen }: PayFromBalanceRequest): Promise<object> {
    requirePositive({ orderId, userId, amountFen });
    await this.balancePayments.pay(orderId, userId, BigInt(amountFen));
    return {};
  }

  @GrpcMethod('UserService', 'CheckPassword')
  async checkPassword({ userId, password }: CheckPasswordRequest): Promise<CheckPasswordResponse> {
    requirePositive({ userId });
    return { matches: await this.passwords.isRight(userId, password) };
  }
}
