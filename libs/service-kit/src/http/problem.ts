import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { ShopCode } from '@trade/contracts';
import type { FastifyReply } from 'fastify';
import { TooManyRequests } from '../auth/rate-limiter.js';
import { Log } from '../logging.js';
import { asShopError, ShopError, type FieldProblem } from '../shop-error.js';
import { currentTraceId, newTraceId } from '../tracing/trace.js';

/** Body of every failed answer: RFC 9457 problem details with the shop's own fields. */
export interface Problem {
  type: 'about:blank';
  title: string;
  status: number;
  detail: string;
  success: false;
  code: ShopCode;
  message: string;
  /** Of a request that is traced; where the fault is ours always, and then the log has it. */
  traceId?: string;
  /** The fields that are wrong, where the request's fields are. */
  errors?: readonly FieldProblem[];
}

const RETRY_AFTER_SECONDS = 1;
/** How to come again, by the reason of a 401; `Bearer` when not here. */
const CHALLENGES: Partial<Record<ShopCode, string>> = {
  SHOP_TOKEN_INVALID: 'Bearer error="invalid_token"',
  SHOP_PAY_SIGNATURE_INVALID: 'X-Pay-Signature',
};
const log = new Log('HttpErrors');

export function sendProblem(reply: FastifyReply, error: unknown): void {
  const shopError = fromFramework(error);
  const problem = problemOf(shopError);
  // what is put off on purpose is no fault, and to write of each would cost more than to refuse it
  if (problem.status >= 500 && problem.code !== 'SHOP_OVERLOADED') {
    problem.traceId ??= newTraceId();
    log.error('request failed', shopError.cause ?? shopError, { traceId: problem.traceId });
  }
  const retryAfterS = shopError instanceof TooManyRequests ? shopError.retryAfterS : RETRY_AFTER_SECONDS;
  if (shopError.retriable || problem.status === 429) reply.header('retry-after', retryAfterS);
  if (shopError.httpStatus === 401) reply.header('www-authenticate', CHALLENGES[shopError.code] ?? 'Bearer');
  reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

export function problemOf(error: ShopError): Problem {
  if (error instanceof RepeatedRefusal) return error.problem;
  return {
    type: 'about:blank',
    title: error.code,
    status: error.httpStatus,
    detail: error.message,
    success: false,
    code: error.code,
    message: error.message,
    traceId: currentTraceId(),
    ...(error.problems.length > 0 ? { errors: error.problems } : {}),
  };
}

/** The same refusal as before, to the letter: it names the trace of the request that was really done. */
export class RepeatedRefusal extends ShopError {
  constructor(readonly problem: Problem) {
    super(problem.code, problem.message, problem.errors);
  }
}

/** Nest's and Fastify's own errors (no such route, body too large, …) as the shop's. */
function fromFramework(error: unknown): ShopError {
  const status = statusOf(error);
  const code = status === undefined ? undefined : CODE_OF_STATUS[status];
  if (code) return new ShopError(code, undefined, [], { cause: error });
  if (status !== undefined && status < 500) return new ShopError('SHOP_REQUEST_PARAMETER_INVALID');
  return asShopError(error);
}

const CODE_OF_STATUS: Record<number, ShopCode> = {
  404: 'SHOP_ROUTE_NO_EXIST',
  413: 'SHOP_REQUEST_TOO_LARGE',
  415: 'SHOP_REQUEST_MEDIA_TYPE_INVALID',
};

function statusOf(error: unknown): number | undefined {
  if (error instanceof ShopError) return undefined;
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  return undefined;
}

@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    // an answer of a prescribed shape, such as a failed health check
    if (error instanceof HttpException && error.getStatus() === 503) {
      reply.status(503).send(error.getResponse());
      return;
    }
    sendProblem(reply, error);
  }
}
