import { createServer } from 'node:net';
import { UserError } from './console.mjs';

/** A TCP port on `host` that nothing listens on. */
export function freePort(host = '127.0.0.1') {
  return listenOnce(0, host);
}

/** Refuses to start where another program has the port, naming the variable that moves ours. */
export async function assertPortFree(port, host, variable, owner) {
  try {
    await listenOnce(port, host);
  } catch (error) {
    if (error.code === 'EADDRINUSE') {
      throw new UserError(
        `port ${port} (${owner}) is in use by another program: free it, or set ${variable} to another port`,
      );
    }
    throw new UserError(`cannot listen on ${host}:${port} (${owner}, ${variable}): ${error.message}`);
  }
}

function listenOnce(port, host) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => {
      const { port: actual } = server.address();
      server.close(() => resolve(actual));
    });
  });
}
