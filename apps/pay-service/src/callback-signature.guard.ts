import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { RequestWithRawBody } from '@trade/service-kit';
import { CallbackSignature } from './callback-signature.js';

const NO_BODY = Buffer.alloc(0);

/** A guard, because guards run before validation: a stranger learns nothing about which fields are right. */
@Injectable()
export class CallbackSignatureGuard implements CanActivate {
  constructor(private readonly signature: CallbackSignature) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers, rawBody } = context.switchToHttp().getRequest<RequestWithRawBody>();
    const header = headers['x-pay-signature'];
    this.signature.check(Array.isArray(header) ? header.join(',') : header, rawBody ?? NO_BODY);
    return true;
  }
}
