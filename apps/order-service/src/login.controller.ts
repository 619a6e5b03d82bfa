import { Body, Controller, HttpCode, Ip, Post } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  AccessTokens,
  ApiAnswer,
  ApiProblems,
  ApiRequests,
  IdField,
  Identity,
  Log,
  networkOf,
  Open,
  PasswordField,
  RateLimiter,
  ShopError,
} from '@trade/service-kit';
import { Participants } from './participants.js';

/** A token cannot be called back: it ends soon. */
const TOKEN_LIFETIME_S = 3_600;
/** For each user, whatever address they come from: 5 at once, then one every 12 s. */
const TRIES_PER_SECOND = 5 / 60;
const TRIES_AT_ONCE = 5;
/** For each address, whomever they try to be. */
const TRIES_OF_ADDRESS_PER_SECOND = 1;
const TRIES_OF_ADDRESS_AT_ONCE = 20;

class LoginBody {
  @IdField({ example: '345963634385633280' })
  userId!: string;

  @PasswordField({ maxLength: 128, example: '123456' })
  password!: string;
}

class Login {
  @ApiProperty({
    description: 'for the header Authorization: Bearer <token>',
    example: 'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoidXNlciJ9.…',
  })
  token!: string;

  @ApiProperty({ type: 'integer', description: 'seconds', example: TOKEN_LIFETIME_S })
  expiresInS!: number;
}

/** Names of users are not unique: they log in with their id. */
@ApiTags('login')
@Controller('login')
export class LoginController {
  private readonly log = new Log(LoginController.name);
  private readonly triesForUser = new RateLimiter(TRIES_PER_SECOND, TRIES_AT_ONCE);
  private readonly triesOfAddress = new RateLimiter(TRIES_OF_ADDRESS_PER_SECOND, TRIES_OF_ADDRESS_AT_ONCE);

  constructor(
    private readonly participants: Participants,
    private readonly tokens: AccessTokens,
  ) {}

  @ApiOperation({ summary: 'An access token for a user and their password' })
  @ApiAnswer(Login)
  @ApiProblems('SHOP_LOGIN_FAILED', 'SHOP_SERVICE_TIMEOUT')
  @ApiRequests({
    'a user': { body: { userId: '345963634385633280', password: '123456' } },
    SHOP_LOGIN_FAILED: { body: { userId: '345963634385633281', password: 'guessed' } },
  })
  @Post()
  @Open()
  @HttpCode(200)
  async login(@Body() { userId, password }: LoginBody, @Ip() ip: string): Promise<Login> {
    this.triesOfAddress.enter(networkOf(ip));
    this.triesForUser.enter(userId);
    const { matches } = await this.participants.users.checkPassword({ userId, password });
    this.log.info(matches ? 'logged in' : 'login failed', { userId });
    if (!matches) throw new ShopError('SHOP_LOGIN_FAILED');
    return { token: this.tokens.issue(new Identity('user', userId), TOKEN_LIFETIME_S), expiresInS: TOKEN_LIFETIME_S };
  }
}
