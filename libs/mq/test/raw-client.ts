import * as grpc from '@grpc/grpc-js';
import { Codec, messageCodec, type Message, type Settings } from '../src/grpc/wire.js';

const SERVICE = '/apache.rocketmq.v2.MessagingService/';
const same = (bytes: Buffer) => bytes;

export interface Answer {
  status: { code: number; message: string };
}
export interface Received extends Answer {
  messages: Message[];
}

/** Speaks the protocol without any client library, to say what no library would say. */
export class RawClient {
  readonly #client: grpc.Client;
  readonly #streams: grpc.ClientDuplexStream<Buffer, Buffer>[] = [];

  constructor(
    endpoint: string,
    readonly clientId = `raw-${Math.random().toString(36).slice(2)}`,
  ) {
    this.#client = new grpc.Client(endpoint, grpc.credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_receive_message_length': -1,
    });
  }

  #metadata(): grpc.Metadata {
    const metadata = new grpc.Metadata();
    if (this.clientId) metadata.set('x-mq-client-id', this.clientId);
    metadata.set('x-mq-client-version', '5.0.7');
    return metadata;
  }

  call<T extends Answer>(rpc: string, request: object): Promise<T> {
    return this.callBytes(rpc, new Codec<object>(`${rpc}Request`).encode(request));
  }

  callBytes<T extends Answer>(rpc: string, request: Buffer): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        SERVICE + rpc,
        same,
        same,
        request,
        this.#metadata(),
        { deadline: Date.now() + 10_000 },
        (error, bytes) => {
          if (error || !bytes) reject(error ?? new Error('no answer'));
          else resolve(new Codec<T>(`${rpc}Response`).decode(bytes));
        },
      );
    });
  }

  send<T extends Answer = Answer>(...messages: object[]): Promise<T> {
    return this.call<T>('SendMessage', { messages });
  }

  /** `cancelAfterMs`: break the stream off. */
  receive(
    request: object,
    { deadlineMs = 30_000, cancelAfterMs }: { deadlineMs?: number; cancelAfterMs?: number } = {},
  ): Promise<Received> {
    const bytes = new Codec<object>('ReceiveMessageRequest').encode(request);
    const stream = this.#client.makeServerStreamRequest(
      `${SERVICE}ReceiveMessage`,
      same,
      same,
      bytes,
      this.#metadata(),
      { deadline: Date.now() + deadlineMs },
    );
    const received: Received = { status: { code: 0, message: '' }, messages: [] };
    const codec = new Codec<{ status?: Answer['status']; message?: Message }>('ReceiveMessageResponse');
    if (cancelAfterMs !== undefined) setTimeout(() => stream.cancel(), cancelAfterMs);
    return new Promise((resolve, reject) => {
      stream.on('data', (data: Buffer) => {
        const { status, message } = codec.decode(data);
        if (status) received.status = status;
        if (message) received.messages.push(message);
      });
      stream.on('error', (error: grpc.ServiceError) =>
        error.code === grpc.status.CANCELLED ? resolve(received) : reject(error),
      );
      stream.on('end', () => resolve(received));
    });
  }

  /** Opens a telemetry stream and resolves with the server's settings. */
  settings(settings: object): Promise<Settings> {
    const stream = this.#client.makeBidiStreamRequest(`${SERVICE}Telemetry`, same, same, this.#metadata());
    this.#streams.push(stream);
    const codec = new Codec<{ settings?: Settings }>('TelemetryCommand');
    return new Promise((resolve, reject) => {
      stream.on('data', (data: Buffer) => resolve(codec.decode(data).settings as Settings));
      stream.on('error', reject);
      stream.write(codec.encode({ settings }));
    });
  }

  close(): void {
    for (const stream of this.#streams) stream.cancel();
    this.#client.close();
  }
}

let sequence = 0;

export function message(
  topic: string,
  changes: { body?: Buffer; userProperties?: Record<string, string>; systemProperties?: object } = {},
): object {
  return {
    topic: { name: topic },
    userProperties: changes.userProperties ?? {},
    body: changes.body ?? Buffer.from('body'),
    systemProperties: {
      messageId: `01RAW${sequence++}`,
      bodyEncoding: 1,
      messageType: 1,
      bornTimestamp: { seconds: 1 },
      bornHost: 'h',
      ...changes.systemProperties,
    },
  };
}

export function receiveRequest(group: string, topic: string, changes: object = {}): object {
  return {
    group: { name: group },
    messageQueue: { topic: { name: topic }, id: -1 },
    filterExpression: { type: 1, expression: '*' },
    batchSize: 32,
    invisibleDuration: { seconds: 10 },
    longPollingTimeout: { seconds: 1 },
    ...changes,
  };
}

export { messageCodec };
