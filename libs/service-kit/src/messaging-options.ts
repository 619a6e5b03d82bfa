import type { CommonConfig } from './config.js';
import { Database } from './database/database.js';
import { messageContext } from './timeline/recorders.js';

/** For MessagingModule.forRootAsync: the broker of the config, the inbox in the service's own database. */
export function messagingOptions(config: CommonConfig) {
  return {
    inject: [Database],
    useFactory: (database: Database) => ({
      endpoint: config.ROCKETMQ_ENDPOINT,
      accessKey: config.ROCKETMQ_ACCESS_KEY,
      secretKey: config.ROCKETMQ_SECRET_KEY,
      context: messageContext(),
      inboxKeepHours: config.INBOX_KEEP_HOURS,
      transactions: database,
    }),
  };
}
