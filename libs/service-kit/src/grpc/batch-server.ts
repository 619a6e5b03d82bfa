import {
  Metadata,
  status,
  type handleUnaryCall,
  type Server,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceError,
} from '@grpc/grpc-js';
import { batchService, type Answer, type Answers, type Call__Output, type Calls__Output } from '@trade/contracts';
import { SHOP_CODE_KEY, TRACEPARENT_KEY } from './grpc-errors.js';
import { serviceConstructor } from './service-constructor.js';

/** A caller that does not end its stream when it is told that the server stops is left after this time. */
const CLOSING_TIMEOUT_MS = 2_000;
/** Answers of one moment that are larger together travel as several messages; a client takes 4 MiB. */
const MAX_ANSWERS_BYTES = 1 << 20;

interface UnaryCall {
  deserialize(bytes: Buffer): unknown;
  serialize(response: unknown): Buffer;
  handle: handleUnaryCall<unknown, unknown>;
}

/**
 * trade.batch.v1.BatchService on a server, for all unary calls of the services that are added to it afterwards. A call on
 * a stream meets the same handler, filters and interceptors as one of its own.
 */
export class BatchServer {
  private readonly calls = new Map<string, UnaryCall>();
  private readonly streams = new Set<CallStream>();

  addTo(server: Server): void {
    const addService = server.addService.bind(server);
    addService(serviceConstructor(batchService).service, { Run: (stream: Stream) => this.serve(stream) });
    server.addService = (definition, implementation) => {
      for (const [name, method] of Object.entries(definition)) {
        if (method.requestStream || method.responseStream) continue;
        this.calls.set(method.path, {
          deserialize: method.requestDeserialize,
          serialize: method.responseSerialize,
          handle: (implementation[name] ?? implementation[method.originalName!]) as handleUnaryCall<unknown, unknown>,
        });
      }
      addService(definition, implementation);
    };
  }

  /** Asks the callers to go elsewhere; what they have sent until they do is answered. */
  close(): void {
    for (const stream of this.streams) stream.close();
  }

  private serve(stream: Stream): void {
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
    private readonly calls: ReadonlyMap<string, UnaryCall>,
  ) {
    stream.on('data', ({ calls }: Calls__Output) => {
      for (const call of calls) this.run(call);
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

  private run(call: Call__Output): void {
    this.open += 1;
    runCall(call, this.calls.get(call.path), (answer) => {
      this.open -= 1;
      this.add({ id: call.id, ...answer });
    });
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

function runCall(call: Call__Output, unary: UnaryCall | undefined, done: (answer: Omit<Answer, 'id'>) => void): void {
  if (!unary) {
    done({ status: status.UNIMPLEMENTED, details: `there is no ${call.path}` });
    return;
  }
  const metadata = new Metadata();
  if (call.traceparent) metadata.set(TRACEPARENT_KEY, call.traceparent);
  let request: unknown;
  try {
    request = unary.deserialize(call.request);
  } catch {
    done({ status: status.INVALID_ARGUMENT, details: `the request of ${call.path} cannot be read` });
    return;
  }
  unary.handle({ request, metadata } as ServerUnaryCall<unknown, unknown>, (error, response) =>
    done(error ? failure(error) : success(unary, response)),
  );
}

function success(unary: UnaryCall, response: unknown): Omit<Answer, 'id'> {
  try {
    return { response: unary.serialize(response) };
  } catch {
    return { status: status.INTERNAL, details: 'the response cannot be written' };
  }
}

function failure(error: Partial<ServiceError>): Omit<Answer, 'id'> {
  return {
    status: error.code ?? status.UNKNOWN,
    details: error.details ?? '',
    shopCode: error.metadata?.get(SHOP_CODE_KEY)[0]?.toString() ?? '',
  };
}
