export { startBroker, type BrokerOptions, type RunningBroker } from './start-broker.js';
export type { TopicConfig, TopicType } from './broker/topics.js';
export type { ExponentialRetry, GroupConfig } from './broker/groups.js';
export type { MessageLimits } from './broker/message-rules.js';
export type { FlushMode } from './store/commit-log.js';
export type { Log } from './broker/log.js';
export { TOPIC_TYPES } from './broker/topics.js';
export { selfSignedCertificate } from './security/self-signed-certificate.js';
export { isLoopback } from './security/loopback.js';
