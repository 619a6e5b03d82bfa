import * as grpc from '@grpc/grpc-js';
import { gzipSync } from 'node:zlib';
import {
  call,
  grpcHeaders,
  MIB,
  prefixed,
  rawCall,
  same,
  TransportUnderTest,
} from '../../../test/transport-under-test.js';
import { until } from '../../../test/until.js';

const server = new TransportUnderTest();

describe('a call', () => {
  beforeEach(() => server.listen());

  it.each([0, 1, 20_000, 5 * MIB])('carries a message of %i bytes both ways', async (bytes) => {
    const message = Buffer.alloc(bytes, 'x');
    expect((await call(server.client(), 'Echo', message)).equals(message)).toBe(true);
  });

  it('may send its request byte by byte', async () => {
    const bytes = prefixed(Buffer.from('slow'));
    const stream = server.session().request(grpcHeaders('Echo'));
    for (const byte of bytes) stream.write(Buffer.from([byte]));
    stream.end();
    const answer: Buffer[] = [];
    for await (const chunk of stream) answer.push(chunk as Buffer);
    expect(Buffer.concat(answer)).toEqual(bytes);
  });

  it('may be compressed with gzip', async () => {
    const compressing = server.client({ 'grpc.default_compression_algorithm': 2 });
    const message = Buffer.alloc(100_000, 'y');
    expect((await call(compressing, 'Echo', message)).equals(message)).toBe(true);
  });

  it('that is not compressed with gzip, unpacks to too much, or not at all, is refused', async () => {
    const on = server.session();
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
    const stream = server.session().request(grpcHeaders('Echo'));
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
    expect(await rawCall(server.session(), chunks, grpcHeaders('Echo'))).toMatchObject({ 'grpc-status': '13' });
  });

  it('of an unknown method is UNIMPLEMENTED', async () => {
    await expect(call(server.client(), 'Nothing', Buffer.alloc(0))).rejects.toMatchObject({
      code: grpc.status.UNIMPLEMENTED,
    });
  });

  it('that is no gRPC gets the status that HTTP has for it', async () => {
    const on = server.session();
    expect(await rawCall(on, [], { ':method': 'GET', ':path': '/' })).toMatchObject({ ':status': 405 });
    expect(await rawCall(on, [], { ':method': 'POST', ':path': '/t/Echo' })).toMatchObject({ ':status': 415 });
    expect(await rawCall(on, [], grpcHeaders('Echo', { 'grpc-timeout': 'soon' }))).toMatchObject({
      'grpc-status': '13',
    });
  });

  it('fails with any text as reason', async () => {
    const reason = 'not 100 % right: größer\n';
    await expect(call(server.client(), 'Fail', Buffer.from(reason))).rejects.toMatchObject({
      code: grpc.status.INVALID_ARGUMENT,
      details: reason,
    });
  });
});

describe('a stream', () => {
  beforeEach(() => server.listen());

  it('of both sides goes on until the client ends it', async () => {
    const stream = server.client().makeBidiStreamRequest('/t/Chat', same, same);
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
    const stream = server.client().makeBidiStreamRequest('/t/Chat', same, same);
    const ended = new Promise((resolve) => stream.on('error', resolve));
    stream.on('data', () => stream.write(Buffer.from('fail')));
    stream.write(Buffer.from('hello'));
    expect(await ended).toMatchObject({ code: grpc.status.INTERNAL, details: 'as told' });
    await until('the server has forgotten the call', () => server.load.calls === 0);
  });

  it('ends at its deadline', async () => {
    const stream = server.session().request(grpcHeaders('Chat', { 'grpc-timeout': '50m' }));
    stream.write(prefixed(Buffer.from('hello')));
    stream.resume();
    const trailers = await new Promise((resolve) => stream.once('trailers', resolve));
    expect(trailers).toMatchObject({ 'grpc-status': '4' });
    await until('the server has forgotten the call', () => server.load.calls === 0);
  });
});

describe('an answer that does not arrive', () => {
  beforeEach(() => server.listen());

  it('is known to be lost when the client cancels', async () => {
    const stream = server.client().makeServerStreamRequest('/t/Wait', same, same, Buffer.from('x'));
    stream.on('error', () => undefined);
    await until('the call is there', () => server.waiting.length === 1);
    stream.cancel();
    await until('the call is closed', () => server.closed.length === 1);
    expect(server.closed).toEqual([false]);
    server.waiting[0]?.write([Buffer.from('too late')]);
    server.waiting[0]?.finish([]);
    expect(server.load.calls).toBe(0);
  });

  it('is known to be lost when the connection breaks', async () => {
    const socket = server.socket();
    server
      .session(socket)
      .request(grpcHeaders('Wait'))
      .end(prefixed(Buffer.from('x')))
      .on('error', () => undefined);
    await until('the call is there', () => server.waiting.length === 1);
    socket.destroy();
    await until('the call is closed', () => server.closed.length === 1);
    expect(server.closed).toEqual([false]);
    expect(server.load).toEqual({ connections: 0, calls: 0 });
  });

  it('is known to be delivered when the client has taken it', async () => {
    const answer = call(server.client(), 'Wait', Buffer.from('x'));
    await until('the call is there', () => server.waiting.length === 1);
    server.waiting[0]?.finish([Buffer.from('here')]);
    expect((await answer).toString()).toBe('here');
    await until('the call is closed', () => server.closed.length === 1);
    expect(server.closed).toEqual([true]);
  });
});
