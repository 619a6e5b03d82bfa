import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { status, type MethodDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { batchService, protoLoaderOptions, type Answer, type Answers, type Calls__Output } from '@trade/contracts';

/** What a gRPC server answered; the body with its length in front. */
export interface Reply {
  headers: IncomingHttpHeaders;
  body: Buffer;
  trailers: IncomingHttpHeaders;
}

/** What became of a call: its reply · it never arrived · its reply got lost · its connection broke. */
export type Outcome = Reply | 'refused' | 'lost' | 'cut';

/** Compressed flag and length, before every message of gRPC. */
const FRAME_HEADER_BYTES = 5;

const definition = loadSync(batchService.protoPath, protoLoaderOptions);
const { Run } = definition[`${batchService.packageName}.${batchService.serviceName}`] as unknown as {
  Run: MethodDefinition<Calls__Output, Answers>;
};
export const BATCH_PATH = Run.path;

/** A stream of BatchService.Run whose calls are passed on one by one. */
export class BatchStream {
  private received = Buffer.alloc(0);
  private open = 0;
  private ended = false;

  constructor(
    private readonly stream: ServerHttp2Stream,
    private readonly pass: (path: string, request: Buffer) => Promise<Outcome>,
  ) {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status.OK) }));
    stream.on('data', (bytes: Buffer) => this.receive(bytes));
    stream.on('end', () => {
      this.ended = true;
      this.endWhenDone();
    });
  }

  private receive(bytes: Buffer): void {
    this.received = Buffer.concat([this.received, bytes]);
    while (this.received.length >= FRAME_HEADER_BYTES) {
      const end = FRAME_HEADER_BYTES + this.received.readUInt32BE(1);
      if (this.received.length < end) return;
      const { calls } = Run.requestDeserialize(this.received.subarray(FRAME_HEADER_BYTES, end)) as Calls__Output;
      this.received = this.received.subarray(end);
      for (const call of calls) void this.run(call.id, call.path, call.request);
    }
  }

  private async run(id: number, path: string, request: Buffer): Promise<void> {
    this.open += 1;
    const outcome = await this.pass(path, framed(request));
    this.open -= 1;
    if (outcome === 'cut') this.stream.session?.destroy();
    else if (outcome !== 'lost' && !this.stream.destroyed) {
      this.stream.write(framed(Run.responseSerialize({ answers: [{ id, ...answerOf(outcome) }] })));
    }
    this.endWhenDone();
  }

  private endWhenDone(): void {
    if (this.ended && this.open === 0 && !this.stream.destroyed) this.stream.end();
  }
}

function answerOf(outcome: Reply | 'refused'): Omit<Answer, 'id'> {
  if (outcome === 'refused') return { status: status.UNAVAILABLE, details: 'refused by the proxy' };
  const { headers, body, trailers } = outcome;
  const end = { ...headers, ...trailers };
  return {
    status: Number(end['grpc-status']),
    details: decodeURIComponent(String(end['grpc-message'] ?? '')),
    shopCode: String(end['shop-code'] ?? ''),
    response: body.subarray(FRAME_HEADER_BYTES),
  };
}

function framed(message: Buffer): Buffer {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}
