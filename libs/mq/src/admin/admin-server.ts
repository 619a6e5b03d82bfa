import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BrokerError } from '../broker/code.js';
import type { Log } from '../broker/log.js';
import { AdminAccess } from './admin-access.js';
import { AdminError, asAdminError } from './admin-error.js';
import { AdminRequest } from './admin-request.js';
import { History } from './history.js';
import { Rates } from './rates.js';
import { AdminAnswer, RouteTable, type AdminContext, type AdminSubject } from './route-table.js';
import { openRoutes, pageRoutes, routes } from './routes.js';

const REQUEST_TIMEOUT_MS = 30_000;
const openTable = new RouteTable(openRoutes);
const pageTable = new RouteTable(pageRoutes);
const table = new RouteTable({ ...openRoutes, ...pageRoutes, ...routes });
/** The pages run no script but their own, and are shown in no other page. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export interface AdminServerOptions {
  host: string;
  port: number;
  /** Bearer token that every call but the health checks needs. Unset: only calls from this machine are answered. */
  token: string | undefined;
  log: Log;
}

/** What operators, the CLI and tests ask over HTTP. */
export class AdminServer {
  private constructor(
    private readonly server: Server,
    private readonly rates: Rates,
    private readonly history: History,
  ) {}

  /** Rejects when the port cannot be bound. */
  static async listen(subject: AdminSubject, options: AdminServerOptions): Promise<AdminServer> {
    const { host, port, token, log } = options;
    const access = new AdminAccess(host, token);
    const rates = new Rates(subject.broker);
    const history = new History(subject.broker, subject.dataDir, log);
    const context = { ...subject, rates, history };
    const server = createServer((request, response) => void answer(context, access, log, request, response));
    server.requestTimeout = REQUEST_TIMEOUT_MS;
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, resolve);
      });
    } catch (error) {
      rates.close();
      history.close();
      throw error;
    }
    return new AdminServer(server, rates, history);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    this.rates.close();
    this.history.close();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    return closed;
  }
}

async function answer(
  context: AdminContext,
  access: AdminAccess,
  log: Log,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, body, contentType, headers } = await result(context, access, log, request);
  const bytes =
    body instanceof Buffer ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body) + '\n');
  // The rest of a body that was not read is not waited for.
  if (!request.complete) response.setHeader('connection', 'close');
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    ...headers,
    'content-type': contentType,
    'content-length': bytes.length,
    'cache-control': 'no-store',
  });
  response.end(bytes);
}

async function result(
  context: AdminContext,
  access: AdminAccess,
  log: Log,
  request: IncomingMessage,
): Promise<AdminAnswer> {
  const { method = 'GET', url: target = '/' } = request;
  try {
    const url = new URL(target, 'http://broker');
    if (pageTable.has(url.pathname)) access.checkPage(request);
    else if (!openTable.has(url.pathname)) access.check(request);
    const { handler, params } = table.find(method, url.pathname);
    const body = await handler(context, new AdminRequest(request, params, url.searchParams));
    return body instanceof AdminAnswer ? body : new AdminAnswer(200, body);
  } catch (error) {
    const refusal = error instanceof BrokerError ? asAdminError(error) : error;
    if (refusal instanceof AdminError) return problem(refusal);
    if (request.destroyed) return problem(new AdminError(400, 'the client is gone'));
    log('error', 'admin_request_failed', { method, target, error: String(error) });
    return problem(new AdminError(500, 'internal error'));
  }
}

/** RFC 9457, with the name of the field that is wrong. */
function problem({ status, message: detail, field }: AdminError): AdminAnswer {
  const body = { title: STATUS_CODES[status], status, detail, field };
  return new AdminAnswer(status, body, 'application/problem+json');
}
