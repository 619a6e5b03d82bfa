import type { Broker } from '../broker/broker.js';
import type { ServerFacts } from '../grpc/call-context.js';
import type { FlushMode } from '../store/commit-log.js';
import { AdminError } from './admin-error.js';
import type { AdminRequest } from './admin-request.js';
import type { History } from './history.js';
import type { Rates } from './rates.js';

/** What the admin HTTP tells about. */
export interface AdminSubject {
  broker: Broker;
  server: ServerFacts;
  dataDir: string;
  flush: FlushMode;
  startedAtMs: number;
  /** Connections of clients, and calls under way, waiting polls included. */
  load(): { connections: number; calls: number };
}

/** What the resources work on. */
export interface AdminContext extends AdminSubject {
  rates: Rates;
  history: History;
}

/** An answer other than 200 with JSON; text and bytes go out as they are. */
export class AdminAnswer {
  constructor(
    readonly status: number,
    readonly body: unknown,
    readonly contentType = 'application/json',
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

/** Resolves with the body of the answer, or an AdminAnswer. */
export type Handler = (context: AdminContext, request: AdminRequest) => unknown;

/** `PUT /topics/:topic` → handler. */
export type Routes = Readonly<Record<string, Handler>>;

interface Route {
  method: string;
  parts: string[];
  handler: Handler;
}

export class RouteTable {
  readonly #routes: Route[];

  constructor(routes: Routes) {
    this.#routes = Object.entries(routes).map(([key, handler]) => {
      const [method = '', path = ''] = key.split(' ');
      return { method, parts: path.split('/'), handler };
    });
  }

  has(path: string): boolean {
    return this.#routes.some((route) => matches(route, path.split('/')));
  }

  /** Throws AdminError 404 or 405. */
  find(method: string, path: string): { handler: Handler; params: Record<string, string> } {
    const parts = path.split('/').map(decode);
    const here = this.#routes.filter((route) => matches(route, parts));
    if (here.length === 0) throw new AdminError(404, `no such path: ${path}`);
    const route = here.find((one) => one.method === method);
    if (!route) throw new AdminError(405, `only ${here.map((one) => one.method).join(', ')}`);
    const params: Record<string, string> = {};
    route.parts.forEach((part, i) => {
      if (part.startsWith(':')) params[part.slice(1)] = parts[i] as string;
    });
    return { handler: route.handler, params };
  }
}

function matches({ parts }: Route, asked: readonly string[]): boolean {
  return (
    parts.length === asked.length &&
    parts.every((part, i) => (part.startsWith(':') ? asked[i] !== '' : part === asked[i]))
  );
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new AdminError(400, `the path has a wrong escape: ${part}`);
  }
}
