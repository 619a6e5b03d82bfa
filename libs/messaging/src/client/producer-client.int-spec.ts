import { Logger } from '@nestjs/common';
import { eventually, throughout } from '@trade/testing';
import { noUnhandledError } from '../../test/no-unhandled-error.js';
import { ScriptedBroker } from '../../test/scripted-broker.js';
import { ClientLogger } from './client-logger.js';
import { ProducerClient } from './producer-client.js';

describe('a producer client', () => {
  let broker: ScriptedBroker;
  let producer: ProducerClient;

  beforeEach(async () => {
    broker = await ScriptedBroker.start();
    broker.backoff = { initialMs: 10, maxMs: 1_000, multiplier: 2 };
    producer = new ProducerClient({
      broker: { endpoints: broker.endpoint, namespace: '', sslEnabled: false, requestTimeout: 2_000 },
      logger: new ClientLogger(new Logger('test'), 'test'),
    });
  });
  afterEach(async () => {
    await producer.close(1_000);
    broker.stop();
  });

  const start = () => producer.start(() => undefined);
  const send = (body: string | Buffer = 'x') =>
    producer.sendTogether([{ topic: 'orderTopic', body: Buffer.from(body) }]);

  it('starts without a broker, and sends as soon as there is one', async () => {
    broker.stop();
    await start();
    expect(producer.ready).toBe(false);
    await broker.start();
    await eventually(() => producer.ready, { timeoutMs: 2_000 });
    await send();
    expect(broker.sends).toHaveLength(1);
  });

  it('says at once that the broker is away, and that later may be better', async () => {
    await start();
    await send();
    broker.stop();
    await eventually(() => !producer.ready);
    const startedAtMs = Date.now();
    await expect(send()).rejects.toMatchObject({ name: 'MessagingError', retriable: true, code: 14 });
    expect(Date.now() - startedAtMs).toBeLessThan(200);
  });

  it('sends again within 2 s when the broker is back', async () => {
    await start();
    await send();
    await broker.outage(6_000); // reconnecting backs off to its limit
    await eventually(async () => Boolean(await send()), { timeoutMs: 2_000 });
  }, 20_000);

  it('survives a connection that broke since the last send', async () => {
    await start();
    await send();
    broker.stop();
    await broker.start();
    await send();
    expect(broker.sends).toHaveLength(2);
  });

  it('follows a topic that moves to another broker', async () => {
    const other = await ScriptedBroker.start();
    try {
      broker.routePort = other.port;
      await start();
      await send();
      expect(other.sends).toHaveLength(1);
      broker.routePort = undefined;
      other.stop();
      await send();
      expect(broker.sends).toHaveLength(1);
    } finally {
      other.stop();
    }
  });

  it('repeats a send that was throttled, and none that was refused', async () => {
    await start();
    broker.sendCode = () => (broker.sends.length < 3 ? 42900 : 20000);
    await send();
    expect(broker.sends).toHaveLength(3);
    broker.sendCode = () => 40002;
    await expect(send()).rejects.toMatchObject({ retriable: false, code: 40002 });
    expect(broker.sends).toHaveLength(4);
  });

  it('sends 4 MiB and refuses more', async () => {
    await start();
    const limitBytes = 4 * 1024 * 1024;
    await send(Buffer.alloc(limitBytes));
    await expect(send(Buffer.alloc(limitBytes + 1))).rejects.toMatchObject({
      retriable: false,
      message: expect.stringContaining('4194305 bytes'),
    });
    expect(broker.sends).toHaveLength(1);
  });

  it('works with a broker whose settings lack the backoff that the library expects', async () => {
    broker.backoff = undefined;
    await start();
    await send();
    broker.backoff = { delaysMs: [1_000] };
    producer.getTelemetrySession(producer.getEndpoints()).syncSettings();
    await send();
    expect(broker.sends).toHaveLength(2);
  });

  it('closes in time when the broker is away, and never comes back', async () => {
    await start();
    await send();
    broker.stop();
    const startedAtMs = Date.now();
    await producer.close(1_000);
    expect(Date.now() - startedAtMs).toBeLessThan(1_500);
    await broker.start();
    const streams = broker.telemetryStreams;
    // the library would knock every second
    await throughout(1_500, () => expect(broker.telemetryStreams).toBe(streams));
  });

  it('survives a broker that goes away after it was closed', async () => {
    await start();
    await send();
    await producer.close(1_000);
    broker.stop(); // breaks the stream whose 'error' listener the library has removed
    await noUnhandledError();
  });
});
