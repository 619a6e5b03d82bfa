import {
  Metadata,
  status,
  type Client,
  type ClientDuplexStream,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { batchService, type Answer__Output, type Answers__Output, type Call, type Calls } from '@trade/contracts';
import { SHOP_CODE_KEY } from './grpc-errors.js';
import type { Peers } from './peers.js';
import { serviceConstructor } from './service-constructor.js';

const { Run } = serviceConstructor(batchService).service as unknown as {
  Run: MethodDefinition<Calls, Answers__Output>;
};

export type UnaryMethod = MethodDefinition<object, object>;

export interface PendingCall {
  method: UnaryMethod;
  request: Buffer;
  /** Unix time in ms. */
  deadline: number;
  traceparent: string | undefined;
  resolve(response: object): void;
  reject(error: unknown): void;
}

/** One stream of BatchService.Run to one instance of the server, and the calls on it that wait for their answers. */
export class CallStream {
  private readonly stream: ClientDuplexStream<Calls, Answers__Output>;
  private readonly open = new Map<number, PendingCall>();
  private readonly endOfLifeMs: number;
  private lastId = 0;
  private retired = false;
  /** An instance has answered that it takes calls on it. */
  taken = false;
  private timer: NodeJS.Timeout | undefined;
  private timerDueMs = Infinity;

  /** @param failed gets the calls that have no answer when the stream is over */
  constructor(
    client: Client,
    peers: Peers,
    lifeMs: number,
    private readonly failed: (error: ServiceError, unanswered: PendingCall[]) => void,
  ) {
    this.endOfLifeMs = Date.now() + lifeMs;
    this.stream = client.makeBidiStreamRequest(
      Run.path,
      Run.requestSerialize,
      Run.responseDeserialize,
      peers.metadata(),
    );
    this.stream.on('metadata', () => (this.taken = true));
    this.stream.on('data', (message: Answers__Output) => this.receive(message));
    this.stream.on('error', (error: ServiceError) => this.over(error));
    this.stream.on('end', () => this.over());
  }

  /** Whether calls should still be sent on it. */
  get usable(): boolean {
    if (!this.retired && Date.now() >= this.endOfLifeMs) this.retire();
    return !this.retired;
  }

  send(calls: PendingCall[]): void {
    this.stream.write({ calls: calls.map((call) => this.register(call)) });
  }

  private register(call: PendingCall): Call {
    const id = ++this.lastId;
    this.open.set(id, call);
    if (call.deadline < this.timerDueMs) this.wakeAt(call.deadline);
    return { id, path: call.method.path, request: call.request, traceparent: call.traceparent };
  }

  private receive({ answers, closing }: Answers__Output): void {
    if (closing) this.retire();
    for (const answer of answers) {
      const call = this.open.get(answer.id);
      if (call && this.open.delete(answer.id)) settle(call, answer);
    }
  }

  /** Takes no more calls; what is on its way is answered, then the stream ends. */
  retire(): void {
    if (this.retired) return;
    this.retired = true;
    this.stream.end();
  }

  /** However the connection broke, and whatever grpc-js makes of that: the server was not there to answer. */
  private over(error?: ServiceError): void {
    this.retired = true;
    clearTimeout(this.timer);
    const unanswered = [...this.open.values()];
    this.open.clear();
    if (unanswered.length === 0) return;
    const knowsNoStreams = error?.code === status.UNIMPLEMENTED;
    this.failed(knowsNoStreams ? error : serviceError(status.UNAVAILABLE, error?.details ?? 'no answer'), unanswered);
  }

  private wakeAt(timeMs: number): void {
    clearTimeout(this.timer);
    this.timerDueMs = timeMs;
    this.timer = setTimeout(() => this.rejectLate(), timeMs - Date.now()).unref();
  }

  /** One timer for all calls: they are answered long before it fires. */
  private rejectLate(): void {
    const nowMs = Date.now();
    let nextMs = Infinity;
    for (const [id, call] of this.open) {
      if (call.deadline > nowMs) {
        nextMs = Math.min(nextMs, call.deadline);
        continue;
      }
      this.open.delete(id);
      this.retire(); // the instance may hang: another one may not
      call.reject(serviceError(status.DEADLINE_EXCEEDED, 'no answer before the deadline'));
    }
    this.timerDueMs = Infinity;
    if (nextMs < Infinity) this.wakeAt(nextMs);
    else if (this.retired) this.stream.cancel(); // the server may never answer what was late
  }
}

function settle({ method, resolve, reject }: PendingCall, answer: Answer__Output): void {
  if (answer.status !== status.OK) {
    reject(serviceError(answer.status, answer.details, answer.shopCode));
    return;
  }
  try {
    resolve(method.responseDeserialize(answer.response));
  } catch (error) {
    reject(error);
  }
}

function serviceError(code: status, details: string, shopCode = ''): ServiceError {
  const metadata = new Metadata();
  if (shopCode) metadata.set(SHOP_CODE_KEY, shopCode);
  return Object.assign(new Error(details), { code, details, metadata });
}
