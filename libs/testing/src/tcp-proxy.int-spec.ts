import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { eventually } from './eventually.js';
import { tcpProxy, type TcpProxy } from './tcp-proxy.js';

describe('a proxy between two processes', () => {
  let heard: string;
  let server: Server;
  let proxy: TcpProxy;
  const callers: Socket[] = [];

  beforeEach(async () => {
    heard = '';
    server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', (bytes) => {
        heard += bytes.toString();
        socket.write(`re:${bytes.toString()}`);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await tcpProxy((server.address() as AddressInfo).port);
  });
  afterEach(async () => {
    for (const caller of callers.splice(0)) caller.destroy();
    await proxy.stop();
    server.close();
  });

  function call(): { socket: Socket; answer: () => string; isClosed: () => boolean } {
    const socket = connect(proxy.port, '127.0.0.1');
    callers.push(socket);
    let answer = '';
    let closed = false;
    socket.on('data', (bytes) => (answer += bytes.toString()));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => (closed = true));
    return { socket, answer: () => answer, isClosed: () => closed };
  }

  it('passes bytes both ways', async () => {
    const { socket, answer } = call();
    socket.write('hello');
    await eventually(() => answer() === 're:hello');
  });

  it('swallows replies after the request arrived, and starts anew when it passes again', async () => {
    proxy.setMode('swallowReplies');
    const { socket, answer, isClosed } = call();
    socket.write('deed');
    await eventually(() => heard === 'deed');
    proxy.setMode('pass');
    await eventually(isClosed);
    expect(answer()).toBe('');
  });

  it('holds what is sent until it may pass', async () => {
    const { socket, answer } = call();
    socket.write('a');
    await eventually(() => answer() === 're:a');
    proxy.setMode('hold');
    socket.write('b');
    const other = call();
    await once(other.socket, 'connect');
    other.socket.write('c');
    expect(heard).toBe('a');
    proxy.setMode('pass');
    await eventually(() => answer() === 're:are:b' && other.answer() === 're:c');
  });

  it('delays what is sent and keeps its order, also when it passes again', async () => {
    proxy.setMode('slow');
    const { socket, answer } = call();
    const startedAtMs = Date.now();
    socket.write('a');
    await eventually(() => answer() === 're:a');
    expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(250);
    socket.write('b');
    await eventually(() => heard === 'ab');
    proxy.setMode('pass');
    socket.write('c');
    await eventually(() => answer() === 're:are:bre:c');
  });

  it('refuses: open connections are reset and new ones too', async () => {
    const open = call();
    open.socket.write('a');
    await eventually(() => open.answer() === 're:a');
    proxy.setMode('refuse');
    await eventually(open.isClosed);
    await eventually(call().isClosed);
  });
});
