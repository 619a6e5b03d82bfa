import type { Need } from '../security/access-control.js';
import type { Resource, TelemetryCommand } from './wire.js';

type Named = Resource | null | undefined;

/** What the rpcs need: to publish to a topic, to read a topic, to act for a consumer group. */
export const publish = (topic: Named): Need => ({ kind: 'Topic', name: topic?.name ?? '', anyOf: ['PUB'] });
export const read = (topic: Named): Need => ({ kind: 'Topic', name: topic?.name ?? '', anyOf: ['SUB'] });
export const publishOrRead = (topic: Named): Need => ({
  kind: 'Topic',
  name: topic?.name ?? '',
  anyOf: ['PUB', 'SUB'],
});
export const actFor = (group: Named): Need => ({ kind: 'Group', name: group?.name ?? '', anyOf: ['SUB'] });

/** Producers name no group. */
export const actForAny = (group: Named): Need[] => (group?.name ? [actFor(group)] : []);

/** A client needs everything that its settings announce. */
export function needsOfSettings({ settings }: TelemetryCommand): Need[] {
  const { publishing, subscription } = settings ?? {};
  return [
    ...(publishing?.topics ?? []).map(publish),
    ...(subscription ? [actFor(subscription.group)] : []),
    ...(subscription?.subscriptions ?? []).map((entry) => read(entry.topic)),
  ];
}
