import { checkGroupName } from '../broker/name-rules.js';
import { OK, type CallContext } from './call-context.js';
import { messageQueue, topicOf } from './query-route.js';
import type { QueryAssignmentRequest } from './wire.js';

/** Stands for all queues: the server shares the messages out among the members of a group. */
const ALL_QUEUES = -1;

export async function queryAssignment(request: QueryAssignmentRequest, context: CallContext): Promise<object> {
  const topic = topicOf(request.topic, context);
  checkGroupName(request.group?.name ?? '');
  return { status: OK, assignments: [{ messageQueue: messageQueue(request, topic, ALL_QUEUES, context) }] };
}
