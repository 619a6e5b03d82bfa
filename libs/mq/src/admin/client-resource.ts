import type { Broker } from '../broker/broker.js';
import type { Routes } from './route-table.js';

const CLIENT_TYPES = ['unknown', 'producer', 'push consumer', 'simple consumer', 'pull consumer'] as const;

export interface ClientRow {
  clientId: string;
  type: string;
  /** Of a consumer. */
  group: string | undefined;
  topics: readonly string[];
  /** As the client names it; the Node client says HTTP. */
  language: string;
  version: string;
  /** First settings, ms since 1970. */
  sinceMs: number;
  /** False while its connection is gone and it may still come back. */
  online: boolean;
}

export const clientRoutes: Routes = {
  'GET /clients': ({ broker }, request) => {
    const query = request.query('group', 'topic');
    const group = query.text('group');
    const topic = query.text('topic');
    return clientRows(broker).filter(
      (client) =>
        (group === undefined || client.group === group) && (topic === undefined || client.topics.includes(topic)),
    );
  },
};

export function clientRows({ clients }: Broker): ClientRow[] {
  return clients.all().map((client) => ({ ...client, type: CLIENT_TYPES[client.type] ?? 'unknown' }));
}
