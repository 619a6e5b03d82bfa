import { clientRoutes } from './client-resource.js';
import { consoleRoutes } from './console-pages.js';
import { deadLetterRoutes } from './dead-letter-resource.js';
import { groupRoutes } from './group-resource.js';
import { messageRoutes } from './message-resource.js';
import { metricsRoutes } from './metrics.js';
import { pendingRoutes } from './pending-resource.js';
import type { Routes } from './route-table.js';
import { sendRoutes } from './send-resource.js';
import { healthRoutes, statusRoutes } from './status-resource.js';
import { topicRoutes } from './topic-resource.js';

/** For everybody. */
export const openRoutes: Routes = healthRoutes;

/** For everybody where there is a token, which the pages ask for; else for those whom AdminAccess lets in. */
export const pageRoutes: Routes = consoleRoutes;

/** For those whom AdminAccess lets in. */
export const routes: Routes = {
  ...statusRoutes,
  ...metricsRoutes,
  ...topicRoutes,
  ...groupRoutes,
  ...deadLetterRoutes,
  ...clientRoutes,
  ...messageRoutes,
  ...sendRoutes,
  ...pendingRoutes,
};
