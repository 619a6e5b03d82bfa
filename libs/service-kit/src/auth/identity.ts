import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** anonymous: a request without a token, which only development takes. */
export type Role = 'user' | 'operator' | 'anonymous';

/** Who makes a request. */
export class Identity {
  constructor(
    readonly role: Role,
    /** The user's id; an operator's name; empty for anonymous. */
    readonly userId: string,
  ) {}

  /** Whether the caller may see, and act for, what belongs to this user. */
  mayActFor(userId: string): boolean {
    return this.role !== 'user' || this.userId === userId;
  }
}

export const ANONYMOUS = new Identity('anonymous', '');

export type RequestWithCaller = FastifyRequest & { caller?: Identity };

/** Parameter of a controller's method: the Identity of who calls it. */
export const Caller = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Identity =>
    context.switchToHttp().getRequest<RequestWithCaller>().caller ?? ANONYMOUS,
);
