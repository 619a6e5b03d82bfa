import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ShopError } from '@trade/service-kit';
import type { FastifyRequest } from 'fastify';

const THIS_MACHINE = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The sandbox is for the pages of this service on this machine. Another site's page that posts here sends its origin, and one
 * whose name was pointed at this machine afterwards sends that name as the host.
 */
@Injectable()
export class SandboxGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { host = '', origin } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    const isHere = THIS_MACHINE.has(host.replace(/:\d+$/, ''));
    if (!isHere || (origin !== undefined && origin !== `http://${host}`)) throw new ShopError('SHOP_ACCESS_DENIED');
    return true;
  }
}
