import { isIP } from 'node:net';
import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { NOTES } from '../api-docs/decorators.js';
import { inProduction, keyProblem, secret } from '../config.js';
import { isDocs } from '../http/security-headers.js';
import { Log } from '../logging.js';
import { asShopError, ShopError } from '../shop-error.js';
import { AccessTokens, DEFAULT_AUDIENCE, DEVELOPMENT_KEY } from './access-tokens.js';
import { ANONYMOUS, type Identity, type RequestWithCaller } from './identity.js';
import { limitLoad } from './load-limit.js';
import { RateLimiter } from './rate-limiter.js';
import { requestsRefused } from './requests-refused.js';

/** What was not used for so long may be used at once. */
const BURST_S = 5;
const BEARER = /^Bearer +(\S+)$/i;

const perSecond = (fallback: number) => z.coerce.number().positive().default(fallback);

/** What a service with a REST door is told beside the common settings. */
export const restSettings = {
  /** Access tokens are signed with it (HMAC-SHA256). */
  JWT_SECRET: inProduction(secret().default(DEVELOPMENT_KEY), (key) => keyProblem(key, DEVELOPMENT_KEY)),
  /** The `aud` of the tokens that are taken. */
  JWT_AUDIENCE: z.string().default(DEFAULT_AUDIENCE),
  /** Whether the API is described at /docs. */
  API_DOCS: z.enum(['on', 'off']).default('on'),
  /** `off` for load tests. */
  RATE_LIMIT: z.enum(['on', 'off']).default('on'),
  /** Requests a second of one user, and of one address. */
  RATE_LIMIT_PER_USER: perSecond(20),
  RATE_LIMIT_PER_IP: perSecond(200),
  /** Requests that are worked on at the same time; what comes above that is answered 503 at once. */
  MAX_REQUESTS_IN_FLIGHT: z.coerce.number().int().min(1).default(256),
  /** Addresses or CIDR ranges, with commas between: proxies whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: z.string().refine(areNetworks, 'must be addresses or CIDR ranges').optional(),
};

function areNetworks(list: string): boolean {
  return list.split(',').every((network) => isIP(network.trim().replace(/\/\d{1,3}$/, '')) !== 0);
}

export type RestConfig = z.infer<z.ZodObject<typeof restSettings>> & { NODE_ENV: string };

interface DoorOptions {
  /** Nobody has to say who they are. A token that is sent is checked all the same. */
  open?: boolean;
  /** Whether the limit of an address counts all requests (when left out), those that fail, or none. */
  limit?: 'failures' | 'none';
}

/** A method of a controller that is open to everyone. */
export const Open = (options: Omit<DoorOptions, 'open'> = {}): MethodDecorator =>
  applyDecorators(RouteConfig({ ...options, open: true } satisfies DoorOptions), ApiExtension(NOTES.open, options));

/** Who comes in, how often, and how many at a time: before a request's body is read, and before anything else is done for it. */
export class RestDoor {
  private readonly tokens: AccessTokens;
  readonly trustedProxies: string[];
  private readonly tokenIsNeeded: boolean;
  private readonly ofUser: RateLimiter | undefined;
  private readonly ofAddress: RateLimiter | undefined;
  private readonly maxInFlight: number;

  constructor(config: RestConfig) {
    this.tokens = new AccessTokens(config.JWT_SECRET, config.JWT_AUDIENCE);
    this.trustedProxies = config.TRUSTED_PROXIES?.split(',').map((address) => address.trim()) ?? [];
    this.tokenIsNeeded = config.NODE_ENV === 'production';
    this.maxInFlight = config.MAX_REQUESTS_IN_FLIGHT;
    if (config.RATE_LIMIT === 'on') {
      this.ofUser = new RateLimiter(config.RATE_LIMIT_PER_USER, config.RATE_LIMIT_PER_USER * BURST_S);
      this.ofAddress = new RateLimiter(config.RATE_LIMIT_PER_IP, config.RATE_LIMIT_PER_IP * BURST_S);
    }
  }

  addTo(fastify: FastifyInstance): void {
    requestsRefused.of({ code: 'SHOP_TOO_MANY_REQUESTS' });
    if (!this.tokenIsNeeded) {
      new Log('RestDoor').warn(
        'NODE_ENV IS NOT production: requests without a token are taken, and may see and do everything',
      );
    }
    fastify.decorateRequest('caller', null as Identity | null);
    fastify.addHook('onRequest', (request, reply, done) => {
      try {
        this.enter(request, reply);
        done();
      } catch (error) {
        requestsRefused.of({ code: asShopError(error).code }).add();
        done(error as Error);
      }
    });
    limitLoad(fastify, this.maxInFlight);
  }

  private enter(request: RequestWithCaller, reply: FastifyReply): void {
    const { open, limit } = optionsOf(request);
    if (limit !== 'none' && this.ofAddress) limitAddress(this.ofAddress, request, reply, limit === 'failures');
    request.caller = this.callerOf(request.headers.authorization);
    if (request.caller === ANONYMOUS) {
      if (this.tokenIsNeeded && !open) throw new ShopError('SHOP_TOKEN_MISSING');
    } else {
      this.ofUser?.enter(request.caller.userId);
    }
  }

  private callerOf(authorization: string | undefined): Identity {
    if (authorization === undefined) return ANONYMOUS;
    const token = BEARER.exec(authorization)?.[1];
    if (!token) throw new ShopError('SHOP_TOKEN_INVALID', 'The header must read: Authorization: Bearer <token>');
    return this.tokens.verify(token);
  }
}

function limitAddress(limiter: RateLimiter, { ip }: FastifyRequest, reply: FastifyReply, failuresOnly: boolean): void {
  const key = networkOf(ip);
  if (failuresOnly) {
    limiter.check(key);
    reply.raw.once('finish', () => reply.statusCode >= 400 && limiter.count(key));
  } else {
    limiter.enter(key);
  }
}

function optionsOf({ routeOptions, is404 }: FastifyRequest): DoorOptions {
  if (is404 || isDocs(routeOptions.url ?? '')) return { open: true };
  return routeOptions.config as DoorOptions;
}

/** An IPv6 customer has a network of 2^64 addresses. */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':');
  const left = tail === undefined ? groups : [...groups, ...Array<string>(8).fill('0')];
  return left.slice(0, 4).join(':');
}
