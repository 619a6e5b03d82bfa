import type { Command } from './command.js';
import { bytes, fields, table, time } from './table.js';

interface Rate {
  inPerSecond: number;
  outPerSecond: number;
}

interface Status {
  broker: string;
  version: string;
  endpoint: string;
  startedAtMs: number;
  takesMessages: boolean;
  failure?: string;
  flush: string;
  disk: { storeBytes: number; freeBytes: number; totalBytes: number };
  rates: { last10s: Rate; last60s: Rate };
  topics: number;
  groups: number;
  producers: number;
  consumers: number;
  connections: number;
  lag: number;
  delayed: number;
  halfMessages: number;
  memoryBytes: number;
}

const brokerStatus: Command = {
  name: 'brokerStatus',
  summary: 'Tells how the broker is: rates, lag, disk, connections.',
  options: {},
  async run(admin) {
    const json = await admin.get<Status>('/status');
    const { disk, rates, startedAtMs, memoryBytes } = json;
    const text = fields({
      broker: json.broker,
      version: json.version,
      endpoint: json.endpoint,
      started: time(startedAtMs),
      takesMessages: json.failure ?? 'yes',
      flush: json.flush,
      inPerSecond: `${rates.last10s.inPerSecond} (60 s: ${rates.last60s.inPerSecond})`,
      outPerSecond: `${rates.last10s.outPerSecond} (60 s: ${rates.last60s.outPerSecond})`,
      ...{ lag: json.lag, delayed: json.delayed, halfMessages: json.halfMessages },
      ...{ topics: json.topics, groups: json.groups, producers: json.producers, consumers: json.consumers },
      connections: json.connections,
      store: bytes(disk.storeBytes),
      diskFree: `${bytes(disk.freeBytes)} of ${bytes(disk.totalBytes)}`,
      memory: bytes(memoryBytes),
    });
    return { json, text };
  },
};

const clusterList: Command = {
  name: 'clusterList',
  summary: 'Lists the brokers: this one.',
  options: {},
  async run(admin) {
    const { broker, endpoint, version, rates, startedAtMs } = await admin.get<Status>('/status');
    const json = [{ broker, endpoint, version, ...rates.last10s, startedAtMs }];
    const row = [broker, endpoint, version, rates.last10s.inPerSecond, rates.last10s.outPerSecond, time(startedAtMs)];
    return { json, text: table(['broker', 'endpoint', 'version', 'in/s', 'out/s', 'started'], [row]) };
  },
};

export const brokerCommands: readonly Command[] = [brokerStatus, clusterList];
