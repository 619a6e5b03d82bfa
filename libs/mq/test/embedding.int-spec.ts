import * as fs from 'node:fs';
import { startBroker } from '../src/index.js';
import { message, RawClient, receiveRequest } from './raw-client.js';
import { until } from './until.js';

/** What would keep the process from ending. */
const handles = () => process.getActiveResourcesInfo().sort();

describe('a broker inside another process', () => {
  it('is there within half a second, on free ports, with its messages in a temporary directory', async () => {
    await (await startBroker()).close();
    const startedMs = performance.now();
    const broker = await startBroker({ topics: [{ name: 't', type: 'NORMAL' }] });
    const elapsedMs = performance.now() - startedMs;
    try {
      expect(elapsedMs).toBeLessThan(500);
      expect(broker.endpoint).toBe(`127.0.0.1:${broker.grpcPort}`);
      expect(fs.existsSync(broker.dataDir)).toBe(true);
    } finally {
      await broker.close();
    }
    expect(fs.existsSync(broker.dataDir)).toBe(false);
  });

  it('leaves nothing behind when it is closed, whatever clients were doing', async () => {
    const before = handles();
    const broker = await startBroker({ topics: [{ name: 't', type: 'DELAY' }] });
    const client = new RawClient(broker.endpoint);
    await client.settings({
      clientType: 3,
      subscription: { group: { name: 'g' }, subscriptions: [{ topic: { name: 't' } }] },
    });
    const deliveryTimestamp = { seconds: Math.floor(Date.now() / 1000) + 600 };
    await client.send(message('t', { systemProperties: { messageType: 3, deliveryTimestamp } }));
    const poll = client.receive(receiveRequest('g', 't', { longPollingTimeout: { seconds: 20 } })).then(
      () => 'answered',
      () => 'broken off',
    );
    expect(handles()).not.toEqual(before);
    await broker.close();
    await broker.close();
    await poll;
    client.close();
    await until('the same handles as before', () => String(handles()) === String(before));
  });

  it('that cannot start leaves nothing behind either', async () => {
    const before = handles();
    const first = await startBroker();
    await expect(startBroker({ grpcPort: first.grpcPort })).rejects.toThrow(String(first.grpcPort));
    await expect(startBroker({ adminPort: first.adminPort })).rejects.toThrow('EADDRINUSE');
    await first.close();
    await until('the same handles as before', () => String(handles()) === String(before));
  });
});
