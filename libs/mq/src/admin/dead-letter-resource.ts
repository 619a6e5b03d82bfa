import { deadLetterTopicName } from '../broker/topics.js';
import { describeMessage } from './describe-message.js';
import { existingGroup } from './group-resource.js';
import { limitIn, LISTED_BODY_BYTES } from './message-resource.js';
import { newestMessages } from './message-search.js';
import type { Routes } from './route-table.js';

/** The one queue of a dead-letter topic. */
const QUEUE_ID = 0;

export const deadLetterRoutes: Routes = {
  /** Newest first. */
  'GET /groups/:group/dead-letters': ({ broker }, request) => {
    const limit = limitIn(request.query('limit'));
    const topic = deadLetterTopicName(existingGroup(broker, request.param('group')));
    if (!broker.topics.has(topic)) return [];
    return newestMessages(broker, topic, [QUEUE_ID], limit).map((record) => describeMessage(record, LISTED_BODY_BYTES));
  },
};
