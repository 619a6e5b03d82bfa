import * as fs from 'node:fs';
import { startBroker } from '../src/index.js';
import { message, RawClient, receiveRequest } from './raw-client.js';
import { until } from './until.js';

/** What would keep the process from ending, and was not there before; tests that ran earlier may still be closing theirs. */
function newHandles(before: readonly string[]): string[] {
  const known = [...before];
  return process.getActiveResourcesInfo().filter((handle) => {
    const at = known.indexOf(handle);
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
}

describe('a broker inside another process', () => {
  it('is there within half a second, on free ports, with its messages in a temporary directory', async () => {
    const tookMs: number[] = [];
    for (let start = 0; start < 3; start++) {
      const startedMs = performance.now();
      await (await startBroker()).close();
      tookMs.push(performance.now() - startedMs);
    }
    // the disk is shared with other tests: one start may have to wait for theirs
    expect(Math.min(...tookMs)).toBeLessThan(500);

    const broker = await startBroker({ topics: [{ name: 't', type: 'NORMAL' }] });
    try {
      expect(broker.endpoint).toBe(`127.0.0.1:${broker.grpcPort}`);
      expect(fs.existsSync(broker.dataDir)).toBe(true);
    } finally {
      await broker.close();
    }
    expect(fs.existsSync(broker.dataDir)).toBe(false);
  });

  it('leaves nothing behind when it is closed, whatever clients were doing', async () => {
    const before = process.getActiveResourcesInfo();
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
    expect(newHandles(before)).toContain('TCPServerWrap');
    await broker.close();
    await broker.close();
    await poll;
    client.close();
    await until('no new handle', () => newHandles(before).length === 0);
  });

  it('that cannot start leaves nothing behind either', async () => {
    const before = process.getActiveResourcesInfo();
    const first = await startBroker();
    await expect(startBroker({ grpcPort: first.grpcPort })).rejects.toThrow(String(first.grpcPort));
    await expect(startBroker({ adminPort: first.adminPort })).rejects.toThrow('EADDRINUSE');
    await first.close();
    await until('no new handle', () => newHandles(before).length === 0);
  });
});
