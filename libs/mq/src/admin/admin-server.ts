import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Broker } from '../broker/broker.js';
import type { Log } from '../broker/log.js';
import { groupOverview } from './group-overview.js';
import { recentMessages } from './recent-messages.js';
import { AdminError } from './admin-error.js';

/** What operators and tests ask over HTTP; JSON only. */
export class AdminServer {
  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** Rejects when the port cannot be bound. */
  static async listen(broker: Broker, host: string, port: number, log: Log): Promise<AdminServer> {
    const server = createServer((request, response) => answer(broker, log, request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    return new AdminServer(server, (server.address() as AddressInfo).port);
  }

  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    return closed;
  }
}

type Route = (broker: Broker, query: URLSearchParams) => { status: number; body: unknown };

const routes: Record<string, Route> = {
  '/health/live': () => ({ status: 200, body: { status: 'up' } }),
  '/health/ready': ({ failure }) =>
    failure
      ? { status: 503, body: { status: 'down', reason: failure.message } }
      : { status: 200, body: { status: 'up' } },
  '/topics': (broker) => ({ status: 200, body: topicList(broker) }),
  '/groups': (broker) => ({ status: 200, body: groupOverview(broker) }),
  '/messages': (broker, query) => ({ status: 200, body: recentMessages(broker, query) }),
};

function topicList({ topics, store }: Broker): unknown {
  return topics.all().map((topic) => ({
    ...topic,
    messages: store.messageCount(topic.name),
    delayed: store.delayedCountOf(topic.name),
  }));
}

function answer(broker: Broker, log: Log, request: IncomingMessage, response: ServerResponse): void {
  const { status, body } = result(broker, log, request);
  const bytes = Buffer.from(JSON.stringify(body) + '\n');
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
}

function result(broker: Broker, log: Log, request: IncomingMessage): { status: number; body: unknown } {
  const url = new URL(request.url ?? '/', 'http://broker');
  const route = routes[url.pathname];
  if (!route) return { status: 404, body: { error: `no such path: ${url.pathname}` } };
  if (request.method !== 'GET') return { status: 405, body: { error: 'only GET' } };
  try {
    return route(broker, url.searchParams);
  } catch (error) {
    if (error instanceof AdminError) return { status: error.status, body: { error: error.message } };
    log('error', 'admin_request_failed', { path: url.pathname, error: String(error) });
    return { status: 500, body: { error: 'internal error' } };
  }
}
