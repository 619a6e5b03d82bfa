import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ShopCode } from '@trade/contracts';
import { ShopError } from '../shop-error.js';
import { problemOf } from './problem.js';

const CODE_OF_ERROR: Record<string, ShopCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'SHOP_REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'SHOP_REQUEST_HEADERS_TOO_LARGE',
};

/** The answer to what never became a request: too slow, headers without an end, no HTTP. The connection ends with it. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (socket.destroyed || error.code === 'ECONNRESET') return;
  const problem = problemOf(new ShopError(CODE_OF_ERROR[error.code ?? ''] ?? 'SHOP_REQUEST_PARAMETER_INVALID'));
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy();
}
