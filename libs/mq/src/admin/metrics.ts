import type { Broker } from '../broker/broker.js';
import type { ConnectedClient } from '../broker/clients.js';
import { MESSAGE_TYPE } from '../broker/message-rules.js';
import { groupOfDeadLetters, isDeadLetterTopic } from '../broker/topics.js';
import { diskUse } from './disk-use.js';
import { groupOverview } from './group-overview.js';
import { PrometheusText, type Labels } from './prometheus-text.js';
import { AdminAnswer, type AdminContext, type Routes } from './route-table.js';

export const metricsRoutes: Routes = {
  'GET /metrics': async (context) => new AdminAnswer(200, await metrics(context), PrometheusText.contentType),
};

/** Names and labels are those of RocketMQ 5's own exporter, as far as it has the figure. */
async function metrics({ broker, server, startedAtMs, dataDir, load }: AdminContext): Promise<string> {
  const text = new PrometheusText({ cluster: 'DefaultCluster', node_type: 'broker', node_id: server.brokerName });
  const { storeBytes } = await diskUse(dataDir);
  addTraffic(text, broker);
  addGroups(text, broker);
  addClients(text, broker.clients.all());
  const { store, topics } = broker;
  text.gauge('rocketmq_storage_size', 'Bytes of the files of the store.', [
    [{ storage_type: 'local', storage_medium: 'disk' }, storeBytes],
  ]);
  const delayed = topics.all().map(({ name }): [Labels, number] => [{ topic: name }, store.delayedCountOf(name)]);
  text.gauge('rocketmq_timing_messages', 'Delay messages that wait for their time.', delayed);
  text.gauge('rocketmq_half_messages', 'Half messages without commit or rollback.', [[{}, store.halfMessages.size]]);
  text.gauge('rocketmq_topic_number', 'Topics.', [[{}, topics.all().length]]);
  const groups = new Set([...broker.progress.all()].map(({ group }) => group));
  text.gauge('rocketmq_consumer_group_number', 'Consumer groups that have subscribed.', [[{}, groups.size]]);
  text.gauge('rocketmq_broker_permission', '6 = read and write, 4 = read only.', [[{}, broker.failure ? 4 : 6]]);
  const { connections, calls } = load();
  text.gauge('grpc_connections', 'Open gRPC connections.', [[{}, connections]]);
  text.gauge('grpc_calls', 'gRPC calls under way, waiting polls included.', [[{}, calls]]);
  text.gauge('process_start_time_seconds', 'Start of the broker, seconds since 1970.', [[{}, startedAtMs / 1000]]);
  text.gauge('process_resident_memory_bytes', 'Memory of the process.', [[{}, process.memoryUsage.rss()]]);
  const { user, system } = process.cpuUsage();
  text.counter('process_cpu_seconds_total', 'CPU time of the process.', [[{}, (user + system) / 1e6]]);
  return text.toString();
}

function addTraffic(text: PrometheusText, { traffic, progress }: Broker): void {
  const messagesIn: [Labels, number][] = [];
  const bytesIn: [Labels, number][] = [];
  for (const [topic, ofTopic] of traffic.topics()) {
    for (const { messageType, messages, bytes } of ofTopic) {
      const labels = { topic, message_type: typeName(messageType), is_system: 'false' };
      messagesIn.push([labels, messages]);
      bytesIn.push([labels, bytes]);
    }
  }
  text.counter('rocketmq_messages_in_total', 'Messages stored for producers.', messagesIn);
  text.counter('rocketmq_throughput_in_total', 'Bytes stored for producers.', bytesIn);
  const subscriptions = [...progress.all()];
  const labelsOf = (topic: string, group: string) => ({ ...groupLabels(topic, group), is_system: 'false' });
  text.counter(
    'rocketmq_messages_out_total',
    'Messages delivered, redeliveries included.',
    subscriptions.map(({ topic, group, delivered }) => [labelsOf(topic, group), delivered.messages]),
  );
  text.counter(
    'rocketmq_throughput_out_total',
    'Bytes delivered, redeliveries included.',
    subscriptions.map(({ topic, group, delivered }) => [labelsOf(topic, group), delivered.bytes]),
  );
  const deadLetters = [...traffic.deadLetters].map(([topic, messages]): [Labels, number] => [
    { consumer_group: groupOfDeadLetters(topic) },
    messages,
  ]);
  text.counter('rocketmq_send_to_dlq_messages_total', 'Messages that became dead letters.', deadLetters);
  text.counter('rocketmq_commit_messages_total', 'Transactions committed.', [[{}, traffic.commits]]);
  text.counter('rocketmq_rollback_messages_total', 'Transactions rolled back.', [[{}, traffic.rollbacks]]);
}

function addGroups(text: PrometheusText, broker: Broker): void {
  const rows = groupOverview(broker);
  const figures = (value: (row: (typeof rows)[number]) => number) =>
    rows.map((row): [Labels, number] => [{ ...groupLabels(row.topic, row.group), is_system: 'false' }, value(row)]);
  text.gauge(
    'rocketmq_consumer_lag_messages',
    'Messages that the group has not finished.',
    figures(({ lag }) => lag),
  );
  text.gauge(
    'rocketmq_consumer_ready_messages',
    'Messages that could be delivered now.',
    figures(({ ready }) => ready),
  );
  text.gauge(
    'rocketmq_consumer_inflight_messages',
    'Messages delivered and not finished, or waiting for a retry.',
    figures(({ inflight }) => inflight),
  );
  const nowMs = Date.now();
  text.gauge(
    'rocketmq_consumer_lag_latency',
    'Age of the oldest message that the group has not finished, ms.',
    figures(({ oldestStoredMs }) => (oldestStoredMs > 0 ? Math.max(0, nowMs - oldestStoredMs) : 0)),
  );
}

/** A group that consumes its dead letters, or those of another. */
function groupLabels(topic: string, group: string): Labels {
  return { topic, consumer_group: group, is_retry: String(isDeadLetterTopic(topic)) };
}

function addClients(text: PrometheusText, clients: readonly ConnectedClient[]): void {
  const producers = new Map<string, [Labels, number]>();
  const consumers = new Map<string, [Labels, number]>();
  for (const { group, language, version } of clients) {
    const labels = { language, version, ...(group === undefined ? {} : { consumer_group: group }) };
    const counts = group === undefined ? producers : consumers;
    const count = counts.get(JSON.stringify(labels)) ?? [labels, 0];
    counts.set(JSON.stringify(labels), [labels, count[1] + 1]);
  }
  text.gauge('rocketmq_producer_connections', 'Connected producers.', [...producers.values()]);
  text.gauge('rocketmq_consumer_connections', 'Connected consumers.', [...consumers.values()]);
}

function typeName(messageType: number): string {
  const [name = 'unknown'] = Object.entries(MESSAGE_TYPE).find(([, number]) => number === messageType) ?? [];
  return name.toLowerCase();
}
