import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import * as grpc from '@grpc/grpc-js';
import { until } from '../../../test/until.js';
import { selfSignedCertificate } from '../../security/self-signed-certificate.js';
import type { Method } from './grpc-call.js';
import { GrpcTransport } from './grpc-transport.js';
import { DEFAULT_LIMITS } from './usage.js';

const same = (bytes: Buffer) => bytes;
const methods = new Map<string, Method>([
  ['/t/Echo', { clientStream: false, onMessage: (call, bytes) => call.finish([Buffer.from(bytes)]) }],
]);
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

const certificate = selfSignedCertificate(['localhost', '127.0.0.1']);
let transport: GrpcTransport;

beforeAll(async () => {
  transport = await GrpcTransport.listen({
    host: '127.0.0.1',
    port: 0,
    tls: certificate,
    limits: DEFAULT_LIMITS,
    methods,
    flowLimit: Buffer.from('flow limit'),
    timing: { firstByteMs: 100, sweepEveryMs: 20, keepaliveMs: 300, keepaliveTimeoutMs: 100 },
  });
});

afterAll(() => transport.close());

/** What comes back to "hello". */
async function echo(address: string, credentials: grpc.ChannelCredentials): Promise<string> {
  const client = new grpc.Client(address, credentials, { 'grpc.use_local_subchannel_pool': 1 });
  try {
    return await new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + 5000 };
      client.makeUnaryRequest('/t/Echo', same, same, Buffer.from('hello'), options, (error, answer) =>
        error || !answer ? reject(error ?? new Error('no answer')) : resolve(answer.toString()),
      );
    });
  } finally {
    client.close();
  }
}

const plaintextEcho = () => echo(`127.0.0.1:${transport.port}`, grpc.credentials.createInsecure());

function tcp(): Socket {
  const socket = connectTcp(transport.port, '127.0.0.1');
  socket.on('error', () => socket.destroy());
  return socket.resume();
}

describe('the one port', () => {
  it('takes plaintext and TLS side by side', async () => {
    const trusting = grpc.credentials.createSsl(Buffer.from(certificate.cert));
    const answers = await Promise.all([plaintextEcho(), echo(`localhost:${transport.port}`, trusting)]);
    expect(answers).toEqual(['hello', 'hello']);
  });

  it('takes TLS of clients that trust any certificate', async () => {
    const any = grpc.credentials.createSsl(null, null, null, { rejectUnauthorized: false });
    expect(await echo(`localhost:${transport.port}`, any)).toBe('hello');
  });

  it('takes plaintext whose first bytes come one by one', async () => {
    const socket = tcp();
    socket.setNoDelay(true);
    for (const byte of PREFACE.subarray(0, 5)) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.write(Buffer.concat([PREFACE.subarray(5), Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])]));
    const [settings] = (await once(socket, 'data')) as [Buffer];
    expect(settings[3]).toBe(4);
    socket.destroy();
  });
});

describe('bytes that are no gRPC', () => {
  const random = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919 + 13) % 256));
  const hugeHeaders = () => {
    const session = connectHttp2(`http://127.0.0.1:${transport.port}`);
    session.on('error', () => session.destroy());
    const stream = session.request({ ':method': 'POST', ':path': '/t/Echo', big: 'x'.repeat(70_000) });
    stream.on('error', () => session.destroy());
    stream.resume().on('close', () => session.destroy());
    return session;
  };

  it.each([
    ['nothing at all', Buffer.alloc(0)],
    ['random bytes', random],
    ['a request of HTTP/1.1', Buffer.from('GET / HTTP/1.1\r\nHost: mq\r\n\r\n')],
    ['half a preface', PREFACE.subarray(0, 10)],
    ['a preface and random bytes', Buffer.concat([PREFACE, random])],
    ['half a frame', Buffer.concat([PREFACE, Buffer.from([0, 0, 100, 4, 0, 0])])],
    ['a frame that is too long', Buffer.concat([PREFACE, Buffer.from([0xff, 0xff, 0xff, 1, 4, 0, 0, 0, 1])])],
    ['headers that cannot be unpacked', Buffer.concat([PREFACE, Buffer.from([0, 0, 2, 1, 5, 0, 0, 0, 1, 0xff, 0xff])])],
    ['the beginning of TLS and random bytes', Buffer.concat([Buffer.from([0x16, 3, 1, 2, 0]), random])],
    ['half a TLS record', Buffer.from([0x16, 3, 1, 2, 0, 1, 0])],
  ])('do no harm, and their connection is closed: %s', async (_what, bytes) => {
    const socket = tcp();
    socket.write(bytes);
    // The TLS handshake has a limit of its own, of 10 s; there the client goes first.
    if (bytes[0] === 0x16) setTimeout(() => socket.destroy(), 50);
    await until('the connection is closed', () => socket.destroyed);
    expect(await plaintextEcho()).toBe('hello');
    await until('nothing is left of them', () => transport.load.connections === 0);
  });

  it('do no harm, and their connection is closed: huge headers', async () => {
    const session = hugeHeaders();
    await until('the connection is closed', () => session.destroyed);
    expect(await plaintextEcho()).toBe('hello');
  });

  it('do no harm: TLS with a client that speaks HTTP/1.1 only', async () => {
    const socket = connectTls({
      port: transport.port,
      servername: 'localhost',
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false,
    });
    socket.on('error', () => socket.destroy());
    await until('the connection is closed', () => socket.destroyed);
    expect(await plaintextEcho()).toBe('hello');
  });

  it('do no harm: a connection that breaks in the middle, again and again', async () => {
    for (let i = 1; i < 40; i++) {
      const socket = tcp();
      socket.write(Buffer.concat([PREFACE, Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])]).subarray(0, i), () =>
        socket.resetAndDestroy(),
      );
    }
    expect(await plaintextEcho()).toBe('hello');
    await until('nothing is left of them', () => transport.load.connections === 0);
  });
});
