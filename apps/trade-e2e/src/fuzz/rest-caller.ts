import { Agent, request } from 'node:http';
import type { RestRequest } from './rest-requests.js';

/** Longer than any answer may take. */
const TIMEOUT_MS = 15_000;
const STACK_TRACE = /\bat .+:\d+:\d+|node_modules|QueryFailed|\bER_[A-Z]|ECONN/;
/** "Not now" is an answer that a service may give. */
const DELIBERATE = [503, 504];

/** Sends requests as they are, over connections that stay open. */
export class RestCaller {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 24 });

  constructor(private readonly port: number) {}

  close(): void {
    this.agent.destroy();
  }

  /** @returns what is wrong with the answer, or null */
  async problemWith(sent: RestRequest): Promise<string | null> {
    const { status, contentType, text } = await this.send(sent);
    if (status >= 500 && !DELIBERATE.includes(status)) return `answered with ${status}: ${text}`;
    if (STACK_TRACE.test(text)) return `tells of its inside: ${text}`;
    if (status >= 400 && text !== '' && !contentType.includes('json')) return `${status} is no problem body: ${text}`;
    return null;
  }

  private send(message: RestRequest): Promise<{ status: number; contentType: string; text: string }> {
    const { method, path, headers, body } = message;
    return new Promise((resolve, reject) => {
      const sent = request(
        { port: this.port, host: '127.0.0.1', agent: this.agent, method, path, headers, timeout: TIMEOUT_MS },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode!,
              contentType: response.headers['content-type'] ?? '',
              text: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // the server had closed the connection before this request came, as it may
        if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(this.send(message));
        else reject(error);
      });
      sent.end(body);
    });
  }
}
