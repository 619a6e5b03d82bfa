import { createServer, type Server } from 'node:net';

/** Below the ports that systems give to outgoing connections: one of those could take it before its process listens. */
const PORTS = { first: 20_000, count: 12_000 };

/** Holds a free port of 127.0.0.1 until it is closed. */
export async function holdPort(): Promise<{ port: number; server: Server }> {
  for (;;) {
    const server = createServer();
    const wanted = PORTS.first + Math.floor(Math.random() * PORTS.count);
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(wanted, '127.0.0.1', () => resolve(true));
    });
    if (isFree) return { port: wanted, server };
  }
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const { port, server } = await holdPort();
  await new Promise((closed) => server.close(closed));
  return port;
}
