/** The protocol of RocketMQ 5 for load generators and stubs, from the same files as the broker's. */
import { join, resolve } from 'node:path';
import protobuf from 'protobufjs';

export const ROOT = resolve(import.meta.dirname, '..', '..');
export const SERVICE = '/apache.rocketmq.v2.MessagingService';

const root = new protobuf.Root();
root.resolvePath = (_origin, target) =>
  target.startsWith('google/') ? target : join(ROOT, 'libs', 'mq', 'proto', target);
root.loadSync('apache/rocketmq/v2/service.proto');

export function messageType(name) {
  return root.lookupType(`apache.rocketmq.v2.${name}`);
}

/** The bytes of a message, from an object with the field names in camel case. */
export function encode(name, fields) {
  return Buffer.from(messageType(name).encode(fields).finish());
}
