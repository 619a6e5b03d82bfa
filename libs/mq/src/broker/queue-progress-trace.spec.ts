import { handleOf, QueueBench } from '../../test/queue-bench.js';
import type { Delivery } from './delivery.js';

describe('what is kept about the deliveries of a message', () => {
  let bench: QueueBench;
  const push = () => bench.receive(32, { autoRenew: true })[0] as Delivery;
  beforeEach(() => {
    bench = new QueueBench();
    bench.send();
  });

  it('nothing while its lease runs, then one line: acked', () => {
    const [delivery] = bench.receive();
    expect(bench.traced).toEqual([]);
    bench.ack(delivery as Delivery);
    expect(bench.traced).toEqual(['0:1:acked']);
  });

  it('failed when a push consumer wants it again later, though its pause is a lease too', () => {
    bench.progress.changeInvisible(handleOf(push()), 1000, bench.nowMs);
    expect(bench.traced).toEqual(['0:1:failed']);
    bench.nowMs += 1000;
    bench.ack(push());
    expect(bench.traced).toEqual(['0:1:failed', '0:2:acked']);
  });

  it('acked when a simple consumer asks for more time and acks then; expired when it does not', () => {
    const again = bench.progress.changeInvisible(handleOf(bench.receive()[0] as Delivery), 20_000, bench.nowMs);
    bench.ack(again);
    bench.send();
    bench.receive();
    bench.nowMs += 10_000;
    bench.receive();
    expect(bench.traced).toEqual(['0:1:acked', '1:1:expired']);
  });

  it('lost when its client is gone', () => {
    push();
    bench.progress.leases.releaseClient('c', bench.nowMs);
    bench.nowMs += 1000;
    push();
    expect(bench.traced).toEqual(['0:1:lost']);
  });

  it('dead after the last attempt, or when the client gives up', async () => {
    for (let attempt = 1; attempt <= 4; attempt++) {
      bench.receive();
      bench.nowMs += 10_000;
    }
    bench.send();
    await bench.progress.forwardToDeadLetters(handleOf(push()), bench.nowMs);
    const ofMessage = (offset: number) => bench.traced.filter((line) => line.startsWith(`${offset}:`));
    expect(ofMessage(0)).toEqual(['0:1:expired', '0:2:expired', '0:3:expired', '0:3:dead']);
    expect(ofMessage(1)).toEqual(['1:1:failed', '1:1:dead']);
  });

  it('reset when the group is moved meanwhile', () => {
    bench.receive();
    bench.progress.resetTo(0);
    expect(bench.traced).toEqual(['0:1:reset']);
  });

  it('nothing twice when the broker was killed in a pause', () => {
    bench.progress.changeInvisible(handleOf(push()), 1000, bench.nowMs);
    bench.restart();
    bench.nowMs += 1000;
    push();
    expect(bench.traced).toEqual(['0:1:failed']);
  });
});
