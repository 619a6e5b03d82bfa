import { Metadata, status, type Server, type ServerDuplexStream } from '@grpc/grpc-js';
import { batchService, type Answer, type Answers, type Call__Output, type Calls__Output } from '@trade/contracts';
import { SHOP_CODE_KEY, type GrpcError } from './grpc-errors.js';
import type { Peers } from './peers.js';
import { serviceConstructor } from './service-constructor.js';

/** A caller that does not end its stream when it is told that the server stops is left after this time. */
const CLOSING_TIMEOUT_MS = 2_000;
/** Answers of one moment that are larger together travel as several messages; a client takes 4 MiB. */
const MAX_ANSWERS_BYTES = 1 << 20;

/** A unary call of a service. */
export interface ServedCall {
  deserialize(bytes: Buffer): object;
  serialize(response: object): Buffer;
  /** Rejects with a GrpcError. */
  handle(request: object, traceparent?: string): Promise<object>;
}

/** trade.batch.v1.BatchService for the calls of a server, by path. */
export class BatchServer {
  private readonly streams = new Set<CallStream>();

  constructor(
    private readonly calls: ReadonlyMap<string, ServedCall>,
    private readonly peers: Peers,
  ) {}

  addTo(server: Server): void {
    server.addService(serviceConstructor(batchService).service, { Run: (stream: Stream) => this.serve(stream) });
  }

  /** Asks the callers to go elsewhere; what they have sent until they do is answered. */
  close(): void {
    for (const stream of this.streams) stream.close();
  }

  private serve(stream: Stream): void {
    const refusal = this.peers.refusal(stream.metadata);
    if (refusal) {
      stream.emit('error', refusal);
      return;
    }
    const callStream = new CallStream(stream, this.calls);
    this.streams.add(callStream);
    stream.on('close', () => this.streams.delete(callStream));
  }
}

type Stream = ServerDuplexStream<Calls__Output, Answers>;

/** The calls of one stream. */
class CallStream {
  /** Calls without an answer. */
  private open = 0;
  private ended = false;
  private answers: Answer[] = [];
  private answersBytes = 0;

  constructor(
    private readonly stream: Stream,
    private readonly calls: ReadonlyMap<string, ServedCall>,
  ) {
    stream.sendMetadata(new Metadata()); // a caller waits for it before it relies on this instance
    stream.on('data', ({ calls }: Calls__Output) => {
      for (const call of calls) void this.run(call);
    });
    stream.on('end', () => {
      this.ended = true;
      this.endWhenDone();
    });
    stream.on('cancelled', () => (this.ended = true));
  }

  close(): void {
    this.stream.write({ closing: true });
    setTimeout(() => this.stream.end(), CLOSING_TIMEOUT_MS).unref();
  }

  private async run(call: Call__Output): Promise<void> {
    this.open += 1;
    const answer = await answerTo(call, this.calls.get(call.path));
    this.open -= 1;
    this.add({ id: call.id, ...answer });
  }

  /** Answers that are there at the same moment leave together. */
  private add(answer: Answer): void {
    const bytes = (answer.response as Buffer | undefined)?.length ?? 0;
    if (this.answersBytes + bytes > MAX_ANSWERS_BYTES) this.send();
    this.answersBytes += bytes;
    if (this.answers.push(answer) === 1) setImmediate(() => this.send());
  }

  private send(): void {
    if (this.answers.length > 0 && !this.stream.cancelled) this.stream.write({ answers: this.answers });
    this.answers = [];
    this.answersBytes = 0;
    this.endWhenDone();
  }

  private endWhenDone(): void {
    if (this.ended && this.open === 0 && this.answers.length === 0) this.stream.end();
  }
}

/** Never rejects. */
async function answerTo(call: Call__Output, served: ServedCall | undefined): Promise<Omit<Answer, 'id'>> {
  if (!served) return { status: status.UNIMPLEMENTED, details: `there is no ${call.path}` };
  let request: object;
  try {
    request = served.deserialize(call.request);
  } catch {
    return { status: status.INVALID_ARGUMENT, details: `the request of ${call.path} cannot be read` };
  }
  let response: object;
  try {
    response = await served.handle(request, call.traceparent);
  } catch (error) {
    const { code, details, metadata } = error as GrpcError;
    return { status: code, details, shopCode: metadata.get(SHOP_CODE_KEY)[0]?.toString() ?? '' };
  }
  try {
    return { response: served.serialize(response) };
  } catch {
    return { status: status.INTERNAL, details: 'the response cannot be written' };
  }
}
