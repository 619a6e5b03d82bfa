import { resetOffsets, type OffsetTarget } from '../broker/reset-offsets.js';
import type { Broker } from '../broker/broker.js';
import { BrokerError, Code } from '../broker/code.js';
import type { ExponentialRetry, GroupConfig } from '../broker/groups.js';
import { clientRows } from './client-resource.js';
import { wrong, type Fields } from './fields.js';
import { groupOverview, groupRow } from './group-overview.js';
import { AdminAnswer, type Routes } from './route-table.js';
import { existingTopic } from './topic-resource.js';

export const groupRoutes: Routes = {
  'GET /groups': ({ broker }) => groupOverview(broker),

  /** One row for each group, also for one that was declared and has not subscribed yet. */
  'GET /subscription-groups': ({ broker }) => groupNames(broker).map((name) => groupDetail(broker, name)),

  'GET /groups/:group': ({ broker }, request) => groupDetail(broker, existingGroup(broker, request.param('group'))),

  /** Declares the group, or changes what is given. */
  'PUT /groups/:group': async ({ broker }, request) => {
    const body = await request.body('orderly', 'maxAttempts', 'retryDelaysMs', 'exponentialRetry');
    const name = request.param('group');
    const changes = rulesIn(body);
    if (broker.groups.has(name)) {
      broker.groups.update(name, changes);
      return groupDetail(broker, name);
    }
    broker.groups.create({ name, ...changes });
    return new AdminAnswer(201, groupDetail(broker, name));
  },

  /** Forgets its rules and what it has consumed. */
  'DELETE /groups/:group': async ({ broker }, request) => {
    const name = existingGroup(broker, request.param('group'));
    await broker.deleteGroup(name);
    return { deleted: name };
  },

  /** Moves the group in a topic: {"topic", "to": "earliest" | "latest" | ms since 1970}. "latest" skips the backlog. */
  'POST /groups/:group/reset-offset': async ({ broker }, request) => {
    const group = existingGroup(broker, request.param('group'));
    const body = await request.body('topic', 'to');
    const topic = existingTopic(broker, body.requiredText('topic'));
    return { group, topic: topic.name, queues: resetOffsets(broker, group, topic.name, targetIn(body)) };
  },
};

function rulesIn(body: Fields): Omit<GroupConfig, 'name'> {
  const rules: Omit<GroupConfig, 'name'> = {};
  if (body.has('orderly')) rules.orderly = body.boolean('orderly');
  if (body.has('maxAttempts')) rules.maxAttempts = body.integer('maxAttempts', 1);
  if (body.has('retryDelaysMs')) rules.retryDelaysMs = body.numbers('retryDelaysMs');
  if (body.has('exponentialRetry')) rules.exponentialRetry = exponentialRetryIn(body);
  return rules;
}

function exponentialRetryIn(body: Fields): ExponentialRetry | undefined {
  const fields = body.object('exponentialRetry', ['initialMs', 'maxMs', 'multiplier']);
  if (!fields) return undefined;
  return {
    initialMs: fields.required('initialMs', fields.integer('initialMs', 1)),
    maxMs: fields.required('maxMs', fields.integer('maxMs', 1)),
    multiplier: fields.required('multiplier', fields.number('multiplier', 1)),
  };
}

function targetIn(body: Fields): OffsetTarget {
  const to = body.value('to');
  if (to === 'earliest' || to === 'latest') return to;
  if (typeof to === 'number' && Number.isSafeInteger(to) && to >= 0) return { timestampMs: to };
  throw wrong('to', 'must be earliest, latest, or a time in ms since 1970');
}

/** Throws BrokerError CONSUMER_GROUP_NOT_FOUND for a group that is neither declared nor was ever there. */
export function existingGroup(broker: Broker, name: string): string {
  if (!groupNames(broker).includes(name))
    throw new BrokerError(Code.CONSUMER_GROUP_NOT_FOUND, `consumer group ${JSON.stringify(name)} does not exist`);
  return name;
}

function groupNames({ groups, progress, clients }: Broker): string[] {
  const names = new Set(groups.all().map(({ name }) => name));
  for (const { group } of progress.all()) names.add(group);
  for (const { group } of clients.all()) if (group !== undefined) names.add(group);
  return [...names].sort();
}

function groupDetail(broker: Broker, name: string): object {
  return {
    group: name,
    declared: broker.groups.has(name),
    rules: broker.groups.policy(name),
    topics: [...broker.progress.all()].filter(({ group }) => group === name).map((one) => groupRow(broker, one)),
    members: clientRows(broker).filter(({ group }) => group === name),
  };
}
