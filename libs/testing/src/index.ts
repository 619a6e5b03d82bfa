export { aMessage } from './a-message.js';
export { anOrder, sample } from './an-order.js';
export { startBroker, type TestBroker } from './broker.js';
export { eventually, eventuallyNone, type EventuallyOptions } from './eventually.js';
export {
  checkInvariants,
  invariants,
  type InvariantOptions,
  type InvariantResult,
} from './invariants/check-invariants.js';
export { expectInvariants } from './invariants/expect-invariants.js';
export { declarationsOf, mysqlSchema, type MysqlSchema, type SchemaName } from './mysql-schema.js';
export { freePort } from './ports.js';
export { INTERNAL_TOKEN, newDataDir, startStack, type ProcessName, type Stack, type StackOptions } from './stack.js';
export { selfSignedCertificate } from '@trade/mq';
export { throughout } from './throughout.js';
export { readReadme, type Readme } from './readme.js';
export { tcpProxy, type ProxyMode, type TcpProxy } from './tcp-proxy.js';
