import { diskUse } from './disk-use.js';
import { groupOverview } from './group-overview.js';
import { SAMPLE_EVERY_MS } from './history.js';
import { messagesOut } from './rates.js';
import { AdminAnswer, type AdminContext, type Routes } from './route-table.js';
import { VERSION } from './version.js';

const RATES_S = { last10s: 10, last60s: 60 };

/** Whoever starts and watches processes asks these without a token. */
export const healthRoutes: Routes = {
  'GET /health/live': () => ({ status: 'up' }),
  'GET /health/ready': ({ broker: { failure } }) =>
    failure ? new AdminAnswer(503, { status: 'down', reason: failure.message }) : { status: 'up' },
};

export const statusRoutes: Routes = {
  'GET /status': brokerStatus,

  /** What charts show: a sample every 5 s, of the last hour at most. */
  'GET /history': ({ history }, request) => ({
    everyMs: SAMPLE_EVERY_MS,
    samples: history.since(request.query('sinceMs').integer('sinceMs', 0) ?? 0),
  }),
};

async function brokerStatus(context: AdminContext): Promise<object> {
  const { broker, server, rates, startedAtMs, dataDir, flush, load } = context;
  const { store, traffic, topics, groups, clients } = broker;
  const overview = groupOverview(broker);
  const sum = (field: 'lag' | 'ready' | 'inflight') => overview.reduce((total, row) => total + row[field], 0);
  const connected = clients.all();
  return {
    broker: server.brokerName,
    version: VERSION,
    endpoint: `${server.host}:${server.port}`,
    startedAtMs,
    takesMessages: !broker.failure,
    failure: broker.failure?.message,
    dataDir,
    flush,
    logEndOffset: store.logEndOffset,
    disk: await diskUse(dataDir),
    rates: { last10s: rates.over(RATES_S.last10s), last60s: rates.over(RATES_S.last60s) },
    sinceStart: { messagesIn: traffic.messages, messagesOut: messagesOut(broker) },
    topics: topics.all().length,
    groups: new Set([...overview.map(({ group }) => group), ...groups.all().map(({ name }) => name)]).size,
    producers: connected.filter(({ group }) => group === undefined).length,
    consumers: connected.filter(({ group }) => group !== undefined).length,
    ...load(),
    lag: sum('lag'),
    ready: sum('ready'),
    inflight: sum('inflight'),
    delayed: store.delayedCount,
    halfMessages: store.halfMessages.size,
    memoryBytes: process.memoryUsage.rss(),
  };
}
