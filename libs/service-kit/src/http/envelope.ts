import { Injectable, SetMetadata, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { map, type Observable } from 'rxjs';

export const WITHOUT_ENVELOPE = 'trade:without-envelope';

/** For answers whose shape others prescribe, such as health checks. */
export const WithoutEnvelope = () => SetMetadata(WITHOUT_ENVELOPE, true);

/** The body of every successful answer. */
export interface Envelope<Data> {
  success: true;
  code: 'SHOP_SUCCESS';
  message: string;
  data: Data;
}

@Injectable()
export class EnvelopeInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const plain =
      context.getType() !== 'http' ||
      this.reflector.getAllAndOverride<boolean>(WITHOUT_ENVELOPE, [context.getHandler(), context.getClass()]);
    if (plain) return next.handle();
    return next
      .handle()
      .pipe(map((data: unknown): Envelope<unknown> => ({ success: true, code: 'SHOP_SUCCESS', message: 'OK', data })));
  }
}
