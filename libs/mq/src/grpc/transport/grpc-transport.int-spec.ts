import type * as grpc from '@grpc/grpc-js';
import { constants } from 'node:http2';
import { call, grpcHeaders, MIB, prefixed, rawCall, TransportUnderTest } from '../../../test/transport-under-test.js';
import { until } from '../../../test/until.js';
import { DEFAULT_LIMITS } from './usage.js';

const server = new TransportUnderTest();

describe('a client that stops reading', () => {
  it('is written no more than its window takes, and nobody else waits for it', async () => {
    await server.listen();
    const slow = server
      .session()
      .request(grpcHeaders('Flood'))
      .on('error', () => undefined);
    slow.end(prefixed(Buffer.from('x')));
    await until('the flood has begun', () => server.floodedBytes > 0);
    for (let i = 0; i < 50; i++) await call(server.client(), 'Echo', Buffer.from('hi'));
    expect(server.floodedBytes).toBeLessThanOrEqual(2 * MIB);
    slow.resume();
    await until('all of it has come', () => server.floodedBytes === 200 * MIB);
  });

  it('loses its call after a while', async () => {
    await server.listen({ timing: { stuckMs: 100, sweepEveryMs: 20 } });
    const slow = server
      .session()
      .request(grpcHeaders('Flood'))
      .on('error', () => undefined);
    slow.end(prefixed(Buffer.from('x')));
    await until('the call is broken off', () => slow.rstCode === constants.NGHTTP2_CANCEL);
    expect(server.load.calls).toBe(0);
  });

  it('is not listened to either, when everything that it says asks for an answer', async () => {
    await server.listen();
    const stream = server
      .session()
      .request(grpcHeaders('Chat'))
      .on('error', () => undefined);
    const word = prefixed(Buffer.alloc(16 << 10));
    let taken = 0;
    const more = () => {
      while (taken < 100 * MIB && stream.write(word, () => (taken += word.length)));
    };
    stream.on('drain', more);
    more();
    let seen = -1;
    await until('the server has stopped listening', async () => {
      if (taken === seen) return true;
      seen = taken;
      await call(server.client(), 'Echo', Buffer.from('others go on'));
      return false;
    });
    expect(taken).toBeLessThan(8 * MIB);
  });
});

describe('a connection', () => {
  it('may ping as often as it likes', async () => {
    await server.listen();
    const on = server.session();
    let away = false;
    on.on('goaway', () => (away = true));
    for (let i = 0; i < 200; i++) await new Promise<void>((resolve) => on.ping(() => resolve()));
    expect((await rawCall(on, [prefixed(Buffer.from('x'))], grpcHeaders('Echo')))['grpc-status']).toBe('0');
    expect(away).toBe(false);
  });

  it('without calls is told to go after a while; one with a call is not', async () => {
    await server.listen({ timing: { idleMs: 100, sweepEveryMs: 20 } });
    const [idle, busy] = [server.session(), server.session()];
    busy.request(grpcHeaders('Wait')).end(prefixed(Buffer.from('x')));
    await until('the call is there', () => server.waiting.length === 1);
    await until('the idle connection is closed', () => idle.destroyed);
    expect(busy.destroyed).toBe(false);
  });

  it('whose peer does not answer pings is closed; one that does stays', async () => {
    await server.listen({ timing: { keepaliveMs: 50, keepaliveTimeoutMs: 50, sweepEveryMs: 20 } });
    server.session();
    const silent = server.socket();
    const emptySettings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    silent.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), emptySettings]));
    await until('both are there', () => server.load.connections === 2);
    silent.resume();
    await until('the silent one is closed', () => silent.closed);
    expect(server.load.connections).toBe(1);
  });

  it('beyond the limit is told so in the words of the protocol', async () => {
    await server.listen({ limits: { ...DEFAULT_LIMITS, maxConnections: 2 } });
    const inside = [server.client(), server.client()];
    for (const one of inside) expect((await call(one, 'Echo', Buffer.from('x'))).toString()).toBe('x');
    expect((await call(server.client(), 'Echo', Buffer.from('x'))).toString()).toBe('flow limit');
    expect((await call(inside[0] as grpc.Client, 'Echo', Buffer.from('x'))).toString()).toBe('x');
  });
});

describe('limits', () => {
  it('of calls under way refuse the next one', async () => {
    await server.listen({ limits: { ...DEFAULT_LIMITS, maxCalls: 3 } });
    const one = server.client();
    const calls = [1, 2, 3].map(() => call(one, 'Wait', Buffer.from('x')));
    await until('the calls are there', () => server.waiting.length === 3);
    expect((await call(one, 'Echo', Buffer.from('x'))).toString()).toBe('flow limit');
    for (const each of server.waiting) each.finish([Buffer.from('done')]);
    await Promise.all(calls);
    await until('the calls are forgotten', () => server.load.calls === 0);
    expect((await call(one, 'Echo', Buffer.from('x'))).toString()).toBe('x');
  });

  it('of bytes in flight refuse what comes beyond from the client that uses them up, and leave room again', async () => {
    await server.listen({ limits: { ...DEFAULT_LIMITS, maxInFlightBytes: MIB } });
    const one = server.client();
    const first = call(one, 'Wait', Buffer.alloc(MIB - 100));
    await until('the call is there', () => server.waiting.length === 1);
    expect((await call(one, 'Echo', Buffer.alloc(1000))).toString()).toBe('flow limit');
    expect((await call(server.client(), 'Echo', Buffer.alloc(1000))).length).toBe(1000);
    server.waiting[0]?.finish([Buffer.from('done')]);
    await first;
    await until('the call is forgotten', () => server.load.calls === 0);
    expect((await call(one, 'Echo', Buffer.alloc(1000))).length).toBe(1000);
  });

  it('let a thousand calls wait on two hundred connections', async () => {
    await server.listen();
    const streams = Array.from({ length: 200 }, () => server.session()).flatMap((on) =>
      Array.from({ length: 5 }, () => on.request(grpcHeaders('Wait')).end(prefixed(Buffer.from('x')))),
    );
    await until('all calls are there', () => server.waiting.length === 1000);
    expect((await call(server.client(), 'Echo', Buffer.from('x'))).toString()).toBe('x');
    const ended = Promise.all(streams.map((stream) => new Promise((resolve) => stream.resume().on('close', resolve))));
    for (const each of server.waiting) each.finish([]);
    await ended;
    await until('all calls are forgotten', () => server.load.calls === 0);
  });
});

describe('a stop of the server', () => {
  it('lets waiting calls end with an answer, and says goodbye', async () => {
    await server.listen();
    const on = server.session();
    let away = false;
    on.on('goaway', () => (away = true));
    const answer = call(server.client(), 'Wait', Buffer.from('x'));
    const rawAnswer = rawCall(on, [prefixed(Buffer.from('x'))], grpcHeaders('Wait'));
    await until('the calls are there', () => server.waiting.length === 2);
    await server.close();
    expect((await answer).toString()).toBe('stopped');
    expect(await rawAnswer).toMatchObject({ 'grpc-status': '0' });
    expect(away).toBe(true);
  });

  it('does not wait for calls that do not end', async () => {
    await server.listen();
    server
      .session()
      .request(grpcHeaders('Chat'))
      .on('error', () => undefined)
      .write(prefixed(Buffer.from('x')));
    await until('the call is there', () => server.load.calls === 1);
    const startedAtMs = Date.now();
    await server.close();
    expect(Date.now() - startedAtMs).toBeLessThan(3000);
  });
});
