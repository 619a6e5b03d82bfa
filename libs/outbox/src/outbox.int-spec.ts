import type { ReceivedMessage } from '@trade/messaging';
import { eventually } from '@trade/testing';
import { orderCancelled, OutboxUnderTest } from '../test/outbox-under-test.js';
import type { Outbox } from './outbox.js';

const outboxes = new OutboxUnderTest();

describe('the outbox', () => {
  it('sends with the commit, not with the next poll, and forgets what was sent', async () => {
    const outbox = await outboxes.boot({ pollIntervalMs: 3_600_000 });
    const result = await outbox.transaction(async (transaction) => {
      await transaction.query('INSERT INTO effects (id) VALUES (?)', ['1']);
      transaction.add(orderCancelled, { orderId: '1' });
      transaction.add(orderCancelled, { orderId: '2' });
      return 'result';
    });
    expect(result).toBe('result');
    await eventually(() => expect(outboxes.arrived()).toEqual(['1', '2']));
    expect(outboxes.received[0]?.payload).toEqual({ orderId: outboxes.received[0]?.key });
    await eventually(async () => expect(await outboxes.waiting()).toEqual([]));
    expect(await outboxes.effects()).toHaveLength(1);
  });

  it('sends nothing of a transaction that failed', async () => {
    const outbox = await outboxes.boot();
    const failing = outbox.transaction(async (transaction) => {
      await transaction.query('INSERT INTO effects (id) VALUES (?)', ['1']);
      transaction.add(orderCancelled, { orderId: 'never' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await outbox.transaction(async (transaction) => transaction.add(orderCancelled, { orderId: 'marker' }));
    await eventually(() => expect(outboxes.arrived()).toEqual(['marker']));
    expect(await outboxes.effects()).toEqual([]);
  });

  it('sends with a change of one row in one step, and nothing when the row is not as it should be', async () => {
    const outbox = await outboxes.boot({ pollIntervalMs: 3_600_000 });
    await outboxes.database.execute("INSERT INTO effects (id) VALUES ('a')");
    const move = (from: number) =>
      outbox.changeOne(["UPDATE effects SET n = n + 1 WHERE id = 'a' AND n = ?", [from]], (messages) => {
        messages.add(orderCancelled, { orderId: `${from}-first` });
        messages.add(orderCancelled, { orderId: `${from}-second` });
      });
    const won = await Promise.all([move(0), move(0), move(7)]);
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(won[2]).toBe(false);
    expect(await move(1)).toBe(true);
    await eventually(() => expect(outboxes.arrived()).toEqual(['0-first', '0-second', '1-first', '1-second']));
    await eventually(async () => expect(await outboxes.waiting()).toEqual([]));
    expect(await outboxes.effects()).toMatchObject([{ id: 'a', n: 2 }]);
  });

  it('sends nothing of a change whose messages cannot be written, and changes nothing', async () => {
    const outbox = await outboxes.boot();
    await outboxes.database.execute("INSERT INTO effects (id) VALUES ('a')");
    const tooLongKey = 'k'.repeat(300);
    const change = outbox.changeOne(["UPDATE effects SET n = 1 WHERE id = 'a'", []], (messages) => {
      messages.add(orderCancelled, { orderId: 'fine' });
      messages.add(orderCancelled, { orderId: tooLongKey });
    });
    await expect(change).rejects.toThrow();
    expect(await outboxes.effects()).toMatchObject([{ n: 0 }]);
    expect(await outboxes.waiting()).toEqual([]);
  });

  it('sends each message with the trace of the transaction that added it', async () => {
    const outbox = await outboxes.boot();
    for (const orderId of ['1', '2']) {
      outboxes.traceparent = `trace-${orderId}`;
      await outbox.transaction(async (transaction) => transaction.add(orderCancelled, { orderId }));
    }
    outboxes.traceparent = 'none';
    await eventually(() => expect(outboxes.arrived()).toEqual(['1', '2']));
    for (const { key, properties } of outboxes.received) expect(properties['traceparent']).toBe(`trace-${key}`);
  });

  it('runs a transaction again that lost a deadlock, and sends its message once', async () => {
    const outbox = await outboxes.boot();
    await outboxes.database.execute("INSERT INTO effects (id) VALUES ('a'), ('b')");
    let runs = 0;
    let arrivals = 0;
    const both = new Promise<void>((resolve) => {
      void eventually(() => arrivals >= 2).then(() => resolve());
    });
    const update = (first: string, second: string) =>
      outbox.transaction(async (transaction) => {
        runs++;
        transaction.add(orderCancelled, { orderId: first });
        await transaction.query('UPDATE effects SET n = n + 1 WHERE id = ?', [first]);
        arrivals++;
        await both;
        await transaction.query('UPDATE effects SET n = n + 1 WHERE id = ?', [second]);
      });
    await Promise.all([update('a', 'b'), update('b', 'a')]);
    expect(runs).toBe(3);
    expect(await outboxes.effects()).toMatchObject([{ n: 2 }, { n: 2 }]);
    await eventually(() => expect(outboxes.arrived()).toEqual(['a', 'b']));
  });

  it('runs nothing again that failed for another reason', async () => {
    const outbox = await outboxes.boot();
    let runs = 0;
    const twice = outbox.transaction(async (transaction) => {
      runs++;
      await transaction.query("INSERT INTO effects (id) VALUES ('1'), ('1')");
    });
    await expect(twice).rejects.toThrow('Duplicate');
    expect(runs).toBe(1);
  });

  it('handles a message that comes twice once: its record, its change and its own message are one', async () => {
    const outbox = await outboxes.boot();
    const incoming: ReceivedMessage = {
      id: 'id',
      topic: 'payTopic',
      tag: 'pay_success',
      key: 'pay-1',
      body: '{}',
      payload: {},
      attempt: 1,
      bornAtMs: 0,
      properties: {},
      group: 'g',
    };
    const handle = () =>
      outbox.once(incoming, async (transaction) => {
        await transaction.query('INSERT INTO effects (id) VALUES (?)', ['1']);
        transaction.add(orderCancelled, { orderId: '1' });
      });
    await handle();
    await handle();
    await outbox.transaction(async (transaction) => transaction.add(orderCancelled, { orderId: 'marker' }));
    await eventually(() => expect(outboxes.arrived()).toEqual(['1', 'marker']));
    expect(await outboxes.effects()).toHaveLength(1);
  });

  it('refuses at once what it could not send later', async () => {
    const outbox = await outboxes.boot();
    const add = (
      contract: Parameters<Parameters<Parameters<Outbox['transaction']>[0]>[0]['add']>[0],
      payload: unknown,
    ) => outbox.transaction(async (transaction) => transaction.add(contract, payload));
    const contract = { topic: 'orderTopic', tag: 't', key: () => 'k' };
    await expect(add({ ...contract, type: 'FIFO' }, {})).rejects.toThrow('no order');
    await expect(add({ ...contract, type: 'TRANSACTION' }, {})).rejects.toThrow('transactional');
    await expect(add({ ...contract, type: 'NORMAL' }, 'x'.repeat(70_000))).rejects.toThrow('70002 bytes');
    await expect(add({ ...contract, type: 'NORMAL', tag: 'a|b' }, {})).rejects.toThrow('tag');
    expect(await outboxes.waiting()).toEqual([]);
  });
});
