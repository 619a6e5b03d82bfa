import * as grpc from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import {
  decode,
  encode,
  MESSAGE_TYPE,
  type Answer,
  type Received,
  type WireCommand,
  type WireSettings,
} from './protocol.js';
import { until } from './until.js';

export type { Answer, Received } from './protocol.js';

const SERVICE = '/apache.rocketmq.v2.MessagingService/';
const DEADLINE_MS = 10_000;
const same = (bytes: Buffer) => bytes;

/** Speaks the protocol without any client library, to say what no library would say. */
export class RawClient {
  readonly #client: grpc.Client;
  readonly #streams: grpc.ClientDuplexStream<Buffer, Buffer>[] = [];
  /** What the server said on the telemetry streams. */
  readonly commands: WireCommand[] = [];

  constructor(
    endpoint: string,
    readonly clientId = `raw-${randomUUID()}`,
    private readonly headers: Record<string, string> = { 'x-mq-language': 'JAVA', 'x-mq-client-version': '5.0.7' },
  ) {
    this.#client = new grpc.Client(endpoint, grpc.credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_receive_message_length': -1,
    });
  }

  #metadata(): grpc.Metadata {
    const metadata = new grpc.Metadata();
    if (this.clientId) metadata.set('x-mq-client-id', this.clientId);
    for (const [name, value] of Object.entries(this.headers)) metadata.set(name, value);
    return metadata;
  }

  call<T extends Answer>(rpc: string, request: object): Promise<T> {
    return this.callBytes(rpc, encode(`${rpc}Request`, request));
  }

  callBytes<T extends Answer>(rpc: string, request: Buffer): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        SERVICE + rpc,
        same,
        same,
        request,
        this.#metadata(),
        { deadline: Date.now() + DEADLINE_MS },
        (error, bytes) => {
          if (error || !bytes) reject(error ?? new Error('no answer'));
          else resolve(decode<T>(`${rpc}Response`, bytes));
        },
      );
    });
  }

  send<T extends Answer = Answer>(...messages: object[]): Promise<T> {
    return this.call<T>('SendMessage', { messages });
  }

  /** `signal` breaks the stream off; what had arrived is returned. */
  receive(
    request: object,
    { deadlineMs = 30_000, signal }: { deadlineMs?: number; signal?: AbortSignal } = {},
  ): Promise<Received> {
    const stream = this.#client.makeServerStreamRequest(
      `${SERVICE}ReceiveMessage`,
      same,
      same,
      encode('ReceiveMessageRequest', request),
      this.#metadata(),
      { deadline: Date.now() + deadlineMs },
    );
    signal?.addEventListener('abort', () => stream.cancel());
    const received: Received = { status: { code: 0, message: '' }, messages: [] };
    return new Promise((resolve, reject) => {
      stream.on('data', (data: Buffer) => {
        const { status, message, deliveryTimestamp } = decode<{
          status?: Answer['status'];
          message?: Received['messages'][number];
          deliveryTimestamp?: Received['deliveryTimestamp'];
        }>('ReceiveMessageResponse', data);
        if (status) received.status = status;
        if (message) received.messages.push(message);
        if (deliveryTimestamp) received.deliveryTimestamp = deliveryTimestamp;
      });
      stream.on('error', (error: grpc.ServiceError) =>
        error.code === grpc.status.CANCELLED ? resolve(received) : reject(error),
      );
      stream.on('end', () => resolve(received));
    });
  }

  /** Opens a telemetry stream and resolves with the server's settings. Rejects when the server refuses them. */
  async settings(settings: object): Promise<WireSettings> {
    const stream = this.#client.makeBidiStreamRequest(`${SERVICE}Telemetry`, same, same, this.#metadata());
    this.#streams.push(stream);
    const before = this.commands.length;
    let failure: grpc.ServiceError | undefined;
    stream.on('data', (data: Buffer) => this.commands.push(decode<WireCommand>('TelemetryCommand', data)));
    stream.on('error', (error: grpc.ServiceError) => (failure = error));
    stream.write(encode('TelemetryCommand', { settings }));
    return until('settings from the server', () => {
      if (failure) throw failure;
      const refusal = this.commands.slice(before).find(({ status }) => status && status.code !== 20000);
      if (refusal) throw new Error(`${refusal.status?.code} ${refusal.status?.message}`);
      return this.commands.slice(before).find((command) => command.settings)?.settings;
    });
  }

  /** Ends all streams and the connection, without a goodbye. */
  close(): void {
    for (const stream of this.#streams) stream.cancel();
    this.#client.close();
  }
}

export function message(
  topic: string,
  changes: { body?: Buffer; userProperties?: Record<string, string>; systemProperties?: object } = {},
): object {
  return {
    topic: { name: topic },
    userProperties: changes.userProperties ?? {},
    body: changes.body ?? Buffer.from('body'),
    systemProperties: {
      messageId: messageId(),
      bodyEncoding: 1,
      messageType: MESSAGE_TYPE.NORMAL,
      bornTimestamp: { seconds: Math.floor(Date.now() / 1000) },
      bornHost: 'h',
      ...changes.systemProperties,
    },
  };
}

/** Of the form that the official clients make: 34 hexadecimal digits, 01 first. */
export function messageId(): string {
  return `01${randomUUID().replaceAll('-', '').toUpperCase()}`;
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
