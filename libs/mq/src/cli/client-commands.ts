import type { AdminClient } from './admin-client.js';
import type { Command, Output } from './command.js';
import * as options from './options.js';
import { table, time } from './table.js';

interface ClientRow {
  clientId: string;
  type: string;
  group?: string;
  topics: string[];
  language: string;
  version: string;
  sinceMs: number;
  online: boolean;
}

async function connections(admin: AdminClient, query: { group?: string; topic?: string }): Promise<Output> {
  const all = await admin.get<ClientRow[]>('/clients', query);
  const json = query.group === undefined ? all.filter(({ type }) => type === 'producer') : all;
  const rows = json.map((row) => [
    row.clientId,
    row.type,
    row.language,
    row.version,
    row.online,
    time(row.sinceMs),
    row.topics,
  ]);
  return { json, text: table(['client', 'type', 'language', 'version', 'online', 'since', 'topics'], rows) };
}

const consumerConnection: Command = {
  name: 'consumerConnection',
  summary: 'Lists the members of a consumer group.',
  options: { group: options.group },
  run: (admin, given) => connections(admin, { group: given.required('group') }),
};

const producerConnection: Command = {
  name: 'producerConnection',
  summary: 'Lists the producers of a topic.',
  options: { topic: options.topic },
  run: (admin, given) => connections(admin, { topic: given.required('topic') }),
};

export const clientCommands: readonly Command[] = [consumerConnection, producerConnection];
