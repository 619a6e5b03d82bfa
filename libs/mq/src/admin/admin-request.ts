import type { IncomingMessage } from 'node:http';
import { AdminError } from './admin-error.js';
import { Fields } from './fields.js';

/** A message of 4 MiB as base64, and more than enough for anything else. */
const MAX_BODY_BYTES = 8 << 20;

/** One call, as the resources see it. */
export class AdminRequest {
  constructor(
    private readonly message: IncomingMessage,
    private readonly params: Readonly<Record<string, string>>,
    private readonly search: URLSearchParams,
  ) {}

  /** A part of the path. */
  param(name: string): string {
    return this.params[name] as string;
  }

  query(...known: string[]): Fields {
    return Fields.ofQuery(this.search, known);
  }

  /** Throws AdminError: 415 when it is not JSON by its type, 413 when it is too large, 400 when it cannot be read. */
  async body(...known: string[]): Promise<Fields> {
    // A type that browsers do not send to other sites without asking them first.
    if (!/^application\/json\b/.test(this.message.headers['content-type'] ?? ''))
      throw new AdminError(415, 'the body must be application/json');
    return Fields.ofBody(parse(await this.#bytes()), known);
  }

  async #bytes(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    // Destroyed, the connection could not bring the refusal.
    for await (const chunk of this.message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) throw new AdminError(413, `the body has more than ${MAX_BODY_BYTES} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new AdminError(400, 'the body is no JSON');
  }
}
