import { connect as connectHttp2, constants, type ClientHttp2Session, type OutgoingHttpHeaders } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { gzipSync } from 'node:zlib';
import { until } from '../../../test/until.js';
import type { GrpcCall, Method } from './grpc-call.js';
import { GrpcStatus } from './grpc-status.js';
import { GrpcTransport, type GrpcTransportOptions } from './grpc-transport.js';
import { DEFAULT_LIMITS } from './usage.js';

const same = (bytes: Buffer) => bytes;
const MIB = 1 << 20;

/** What the server saw. */
let waiting: GrpcCall[] = [];
let closed: boolean[] = [];
let floodedBytes = 0;

async function flood(call: GrpcCall): Promise<void> {
  const piece = Buffer.alloc(MIB);
  for (let i = 0; i < 200 && !call.closed; i++) {
    floodedBytes += piece.length;
    if (!call.write([piece])) await call.drained();
  }
  call.finish([]);
}

const methods = new Map<string, Method>([
  ['/t/Echo', { clientStream: false, onMessage: (call, bytes) => call.finish([Buffer.from(bytes)]) }],
  ['/t/Twice', { clientStream: false, onMessage: (call, bytes) => call.finish([bytes, bytes]) }],
  ['/t/Flood', { clientStream: false, onMessage: (call) => void flood(call) }],
  [
    '/t/Fail',
    { clientStream: false, onMessage: (call, bytes) => call.fail(GrpcStatus.INVALID_ARGUMENT, bytes.toString()) },
  ],
  [
    '/t/Wait',
    {
      clientStream: false,
      onMessage: (call) => {
        waiting.push(call);
        call.onClosed = (delivered) => closed.push(delivered);
        call.onShutdown = () => call.finish([Buffer.from('stopped')]);
      },
    },
  ],
  [
    '/t/Chat',
    {
      clientStream: true,
      onMessage: (call, bytes) =>
        bytes.toString() === 'fail' ? call.fail(GrpcStatus.INTERNAL, 'as told') : call.write([Buffer.from(bytes)]),
      onEnd: (call) => call.finish([]),
    },
  ],
]);

let transport: GrpcTransport;
let clients: grpc.Client[] = [];
let sessions: ClientHttp2Session[] = [];

async function listen(changes: Partial<GrpcTransportOptions> = {}): Promise<void> {
  transport = await GrpcTransport.listen({
    host: '127.0.0.1',
    port: 0,
    tls: undefined,
    limits: DEFAULT_LIMITS,
    methods,
    flowLimit: Buffer.from('flow limit'),
    ...changes,
  });
}

function client(options: grpc.ClientOptions = {}): grpc.Client {
  const created = new grpc.Client(`127.0.0.1:${transport.port}`, grpc.credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.max_receive_message_length': -1,
    ...options,
  });
  clients.push(created);
  return created;
}

function call(of: grpc.Client, method: string, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    of.makeUnaryRequest(`/t/${method}`, same, same, request, { deadline: Date.now() + 10_000 }, (error, answer) =>
      error || !answer ? reject(error ?? new Error('no answer')) : resolve(answer),
    );
  });
}

function session(socket = connectTcp(transport.port, '127.0.0.1')): ClientHttp2Session {
  const created = connectHttp2('http://broker', { createConnection: () => socket });
  created.on('error', () => created.destroy());
  sessions.push(created);
  return created;
}

const grpcHeaders = (method: string, changes: OutgoingHttpHeaders = {}) => ({
  ':method': 'POST',
  ':path': `/t/${method}`,
  'content-type': 'application/grpc',
  te: 'trailers',
  ...changes,
});

/** Raw bytes as the request; resolves with the status of gRPC. */
function rawCall(
  on: ClientHttp2Session,
  chunks: Buffer[],
  headers: OutgoingHttpHeaders,
): Promise<Record<string, unknown>> {
  const stream = on.request(headers);
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  stream.resume();
  return new Promise((resolve, reject) => {
    const seen: Record<string, unknown> = {};
    stream.on('response', (answer) => Object.assign(seen, answer));
    stream.on('trailers', (trailers) => Object.assign(seen, trailers));
    stream.on('error', reject);
    stream.on('close', () => resolve(seen));
  });
}

function prefixed(message: Buffer, { compressed = 0, length = message.length } = {}): Buffer {
  const prefix = Buffer.from([compressed, 0, 0, 0, 0]);
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
}

beforeEach(() => {
  waiting = [];
  closed = [];
  floodedBytes = 0;
  clients = [];
  sessions = [];
});

afterEach(async () => {
  for (const one of clients) one.close();
  for (const one of sessions) one.destroy();
  await transport.close();
});

describe('a call', () => {
  beforeEach(() => listen());

  it.each([0, 1, 20_000, 5 * MIB])('carries a message of %i bytes both ways', async (bytes) => {
    const message = Buffer.alloc(bytes, 'x');
    expect((await call(client(), 'Echo', message)).equals(message)).toBe(true);
  });

  it('may send its request byte by byte', async () => {
    const bytes = prefixed(Buffer.from('slow'));
    const stream = session().request(grpcHeaders('Echo'));
    for (const byte of bytes) stream.write(Buffer.from([byte]));
    stream.end();
    const answer: Buffer[] = [];
    for await (const chunk of stream) answer.push(chunk as Buffer);
    expect(Buffer.concat(answer)).toEqual(bytes);
  });

  it('may be compressed with gzip', async () => {
    const compressing = client({ 'grpc.default_compression_algorithm': 2 });
    const message = Buffer.alloc(100_000, 'y');
    expect((await call(compressing, 'Echo', message)).equals(message)).toBe(true);
  });

  it('that is not compressed with gzip, unpacks to too much, or not at all, is refused', async () => {
    const on = session();
    const packed = [prefixed(gzipSync(Buffer.alloc(100)), { compressed: 1 })];
    const bomb = [prefixed(gzipSync(Buffer.alloc(17 * MIB)), { compressed: 1 })];
    const with_ = (encoding: string) => grpcHeaders('Echo', { 'grpc-encoding': encoding });
    expect(await rawCall(on, packed, with_('gzip'))).toMatchObject({ 'grpc-status': '0' });
    expect(await rawCall(on, packed, with_('deflate'))).toMatchObject({ 'grpc-status': '12' });
    expect(await rawCall(on, packed, grpcHeaders('Echo'))).toMatchObject({ 'grpc-status': '13' });
    expect(await rawCall(on, bomb, with_('gzip'))).toMatchObject({ 'grpc-status': '8' });
    const broken = [prefixed(Buffer.from('no gzip'), { compressed: 1 })];
    expect(await rawCall(on, broken, with_('gzip'))).toMatchObject({ 'grpc-status': '13' });
  });

  it('of more than 130 MiB is refused as soon as it says so', async () => {
    const stream = session().request(grpcHeaders('Echo'));
    stream.write(prefixed(Buffer.from('the rest never comes'), { length: 130 * MIB + 1 }));
    const headers = await new Promise((resolve) => stream.once('response', resolve));
    expect(headers).toMatchObject({ 'grpc-status': '8' });
    await until('the stream is closed', () => stream.closed);
  });

  it.each([
    ['no message', []],
    ['half a message', [prefixed(Buffer.from('half'), { length: 100 })]],
    ['half a prefix', [Buffer.from([0, 0])]],
  ])('with %s is refused', async (_what, chunks) => {
    expect(await rawCall(session(), chunks, grpcHeaders('Echo'))).toMatchObject({ 'grpc-status': '13' });
  });

  it('of an unknown method is UNIMPLEMENTED', async () => {
    await expect(call(client(), 'Nothing', Buffer.alloc(0))).rejects.toMatchObject({
      code: grpc.status.UNIMPLEMENTED,
    });
  });

  it('that is no gRPC gets the status that HTTP has for it', async () => {
    const on = session();
    expect(await rawCall(on, [], { ':method': 'GET', ':path': '/' })).toMatchObject({ ':status': 405 });
    expect(await rawCall(on, [], { ':method': 'POST', ':path': '/t/Echo' })).toMatchObject({ ':status': 415 });
    expect(await rawCall(on, [], grpcHeaders('Echo', { 'grpc-timeout': 'soon' }))).toMatchObject({
      'grpc-status': '13',
    });
  });

  it('fails with any text as reason', async () => {
    const reason = 'not 100 % right: größer\n';
    await expect(call(client(), 'Fail', Buffer.from(reason))).rejects.toMatchObject({
      code: grpc.status.INVALID_ARGUMENT,
      details: reason,
    });
  });
});

describe('a stream', () => {
  beforeEach(() => listen());

  it('of both sides goes on until the client ends it', async () => {
    const stream = client().makeBidiStreamRequest('/t/Chat', same, same);
    const heard: string[] = [];
    stream.on('data', (bytes: Buffer) => heard.push(bytes.toString()));
    for (const word of ['a', 'b', 'c']) stream.write(Buffer.from(word));
    await until('all words have come back', () => heard.length === 3);
    const status = new Promise((resolve) => stream.on('status', resolve));
    stream.end();
    expect(await status).toMatchObject({ code: grpc.status.OK });
    expect(heard).toEqual(['a', 'b', 'c']);
  });

  it('ends with the status of a failure, also after messages, although the client had more to say', async () => {
    const stream = client().makeBidiStreamRequest('/t/Chat', same, same);
    const ended = new Promise((resolve) => stream.on('error', resolve));
    stream.on('data', () => stream.write(Buffer.from('fail')));
    stream.write(Buffer.from('hello'));
    expect(await ended).toMatchObject({ code: grpc.status.INTERNAL, details: 'as told' });
    await until('the server has forgotten the call', () => transport.load.calls === 0);
  });

  it('ends at its deadline', async () => {
    const stream = session().request(grpcHeaders('Chat', { 'grpc-timeout': '50m' }));
    stream.write(prefixed(Buffer.from('hello')));
    stream.resume();
    const trailers = await new Promise((resolve) => stream.once('trailers', resolve));
    expect(trailers).toMatchObject({ 'grpc-status': '4' });
    await until('the server has forgotten the call', () => transport.load.calls === 0);
  });
});

describe('an answer that does not arrive', () => {
  beforeEach(() => listen());

  it('is known to be lost when the client cancels', async () => {
    const stream = client().makeServerStreamRequest('/t/Wait', same, same, Buffer.from('x'));
    stream.on('error', () => undefined);
    await until('the call is there', () => waiting.length === 1);
    stream.cancel();
    await until('the call is closed', () => closed.length === 1);
    expect(closed).toEqual([false]);
    waiting[0]?.write([Buffer.from('too late')]);
    waiting[0]?.finish([]);
    expect(transport.load.calls).toBe(0);
  });

  it('is known to be lost when the connection breaks', async () => {
    const socket = connectTcp(transport.port, '127.0.0.1');
    session(socket)
      .request(grpcHeaders('Wait'))
      .end(prefixed(Buffer.from('x')))
      .on('error', () => undefined);
    await until('the call is there', () => waiting.length === 1);
    socket.destroy();
    await until('the call is closed', () => closed.length === 1);
    expect(closed).toEqual([false]);
    expect(transport.load).toEqual({ connections: 0, calls: 0 });
  });

  it('is known to be delivered when the client has taken it', async () => {
    const answer = call(client(), 'Wait', Buffer.from('x'));
    await until('the call is there', () => waiting.length === 1);
    waiting[0]?.finish([Buffer.from('here')]);
    expect((await answer).toString()).toBe('here');
    await until('the call is closed', () => closed.length === 1);
    expect(closed).toEqual([true]);
  });
});

describe('a client that stops reading', () => {
  it('is written no more than its window takes, and nobody else waits for it', async () => {
    await listen();
    const slow = session()
      .request(grpcHeaders('Flood'))
      .on('error', () => undefined);
    slow.end(prefixed(Buffer.from('x')));
    await until('the flood has begun', () => floodedBytes > 0);
    for (let i = 0; i < 50; i++) await call(client(), 'Echo', Buffer.from('hi'));
    expect(floodedBytes).toBeLessThanOrEqual(2 * MIB);
    slow.resume();
    await until('all of it has come', () => floodedBytes === 200 * MIB);
  });

  it('loses its call after a while', async () => {
    await listen({ timing: { stuckMs: 100, sweepEveryMs: 20 } });
    const slow = session()
      .request(grpcHeaders('Flood'))
      .on('error', () => undefined);
    slow.end(prefixed(Buffer.from('x')));
    await until('the call is broken off', () => slow.rstCode === constants.NGHTTP2_CANCEL);
    expect(transport.load.calls).toBe(0);
  });

  it('is not listened to either, when everything that it says asks for an answer', async () => {
    await listen();
    const stream = session()
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
      await call(client(), 'Echo', Buffer.from('others go on'));
      return false;
    });
    expect(taken).toBeLessThan(8 * MIB);
  });
});

describe('a connection', () => {
  it('may ping as often as it likes', async () => {
    await listen();
    const on = session();
    let away = false;
    on.on('goaway', () => (away = true));
    for (let i = 0; i < 200; i++) await new Promise<void>((resolve) => on.ping(() => resolve()));
    expect((await rawCall(on, [prefixed(Buffer.from('x'))], grpcHeaders('Echo')))['grpc-status']).toBe('0');
    expect(away).toBe(false);
  });

  it('without calls is told to go after a while; one with a call is not', async () => {
    await listen({ timing: { idleMs: 100, sweepEveryMs: 20 } });
    const [idle, busy] = [session(), session()];
    busy.request(grpcHeaders('Wait')).end(prefixed(Buffer.from('x')));
    await until('the call is there', () => waiting.length === 1);
    await until('the idle connection is closed', () => idle.destroyed);
    expect(busy.destroyed).toBe(false);
  });

  it('whose peer does not answer pings is closed; one that does stays', async () => {
    await listen({ timing: { keepaliveMs: 50, keepaliveTimeoutMs: 50, sweepEveryMs: 20 } });
    session();
    const silent = connectTcp(transport.port, '127.0.0.1');
    const emptySettings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    silent.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), emptySettings]));
    await until('both are there', () => transport.load.connections === 2);
    silent.resume();
    await until('the silent one is closed', () => silent.closed);
    expect(transport.load.connections).toBe(1);
  });

  it('beyond the limit is told so in the words of the protocol', async () => {
    await listen({ limits: { ...DEFAULT_LIMITS, maxConnections: 2 } });
    const inside = [client(), client()];
    for (const one of inside) expect((await call(one, 'Echo', Buffer.from('x'))).toString()).toBe('x');
    expect((await call(client(), 'Echo', Buffer.from('x'))).toString()).toBe('flow limit');
    expect((await call(inside[0] as grpc.Client, 'Echo', Buffer.from('x'))).toString()).toBe('x');
  });
});

describe('limits', () => {
  it('of calls under way refuse the next one', async () => {
    await listen({ limits: { ...DEFAULT_LIMITS, maxCalls: 3 } });
    const one = client();
    const calls = [1, 2, 3].map(() => call(one, 'Wait', Buffer.from('x')));
    await until('the calls are there', () => waiting.length === 3);
    expect((await call(one, 'Echo', Buffer.from('x'))).toString()).toBe('flow limit');
    for (const each of waiting) each.finish([Buffer.from('done')]);
    await Promise.all(calls);
    await until('the calls are forgotten', () => transport.load.calls === 0);
    expect((await call(one, 'Echo', Buffer.from('x'))).toString()).toBe('x');
  });

  it('of bytes in flight refuse what comes beyond from the client that uses them up, and leave room again', async () => {
    await listen({ limits: { ...DEFAULT_LIMITS, maxInFlightBytes: MIB } });
    const one = client();
    const first = call(one, 'Wait', Buffer.alloc(MIB - 100));
    await until('the call is there', () => waiting.length === 1);
    expect((await call(one, 'Echo', Buffer.alloc(1000))).toString()).toBe('flow limit');
    expect((await call(client(), 'Echo', Buffer.alloc(1000))).length).toBe(1000);
    waiting[0]?.finish([Buffer.from('done')]);
    await first;
    await until('the call is forgotten', () => transport.load.calls === 0);
    expect((await call(one, 'Echo', Buffer.alloc(1000))).length).toBe(1000);
  });

  it('let a thousand calls wait on two hundred connections', async () => {
    await listen();
    const streams = Array.from({ length: 200 }, () => session()).flatMap((on) =>
      Array.from({ length: 5 }, () => on.request(grpcHeaders('Wait')).end(prefixed(Buffer.from('x')))),
    );
    await until('all calls are there', () => waiting.length === 1000);
    expect((await call(client(), 'Echo', Buffer.from('x'))).toString()).toBe('x');
    const ended = Promise.all(streams.map((stream) => new Promise((resolve) => stream.resume().on('close', resolve))));
    for (const each of waiting) each.finish([]);
    await ended;
    await until('all calls are forgotten', () => transport.load.calls === 0);
  });
});

describe('a stop of the server', () => {
  it('lets waiting calls end with an answer, and says goodbye', async () => {
    await listen();
    const on = session();
    let away = false;
    on.on('goaway', () => (away = true));
    const answer = call(client(), 'Wait', Buffer.from('x'));
    const rawAnswer = rawCall(on, [prefixed(Buffer.from('x'))], grpcHeaders('Wait'));
    await until('the calls are there', () => waiting.length === 2);
    await transport.close();
    expect((await answer).toString()).toBe('stopped');
    expect(await rawAnswer).toMatchObject({ 'grpc-status': '0' });
    expect(away).toBe(true);
  });

  it('does not wait for calls that do not end', async () => {
    await listen();
    session()
      .request(grpcHeaders('Chat'))
      .on('error', () => undefined)
      .write(prefixed(Buffer.from('x')));
    await until('the call is there', () => transport.load.calls === 1);
    const startedAtMs = Date.now();
    await transport.close();
    expect(Date.now() - startedAtMs).toBeLessThan(3000);
  });
});
