import { createHash } from 'node:crypto';
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import definitionPb from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/definition_pb.js';
import type * as proto from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/definition_pb.js';
import servicePb from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/service_pb.js';
import type * as rpc from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/service_pb.js';
import { MessagingServiceService } from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/service_grpc_pb.js';
import { createDuration } from 'rocketmq-client-nodejs/dist/util/index.js';

const OK = 20000;
const NO_NEW_MESSAGE = 40401;

export interface Delivery {
  id: string;
  body?: string | Buffer;
  tag?: string;
  key?: string;
  messageGroup?: string;
  attempt?: number;
}

/**
 * Speaks the protocol just far enough to put a client into situations that a working broker does not offer, and
 * remembers what the client did.
 */
export class ScriptedBroker {
  /** Whether clients get an answer to their settings. */
  answersSettings = true;
  backoff: { delaysMs: number[] } | { initialMs: number; maxMs: number; multiplier: number } | undefined = {
    delaysMs: [1_000],
  };
  maxAttempts = 17;
  longPollingMs = 20_000;
  /** Where the route says that topics live; here, by default. */
  routePort?: number;
  /** Asked for every send; the RocketMQ code to answer. */
  sendCode: (request: rpc.SendMessageRequest) => number = () => OK;
  /** Answered to every receive instead of messages. */
  receiveCode?: number;

  readonly sends: rpc.SendMessageRequest[] = [];
  readonly acked: string[] = [];
  ackCalls = 0;
  readonly nacked: { id: string; delayMs: number }[] = [];
  readonly dead: string[] = [];
  readonly clientIds = new Set<string>();
  telemetryStreams = 0;
  terminations = 0;

  private server?: Server;
  private readonly ready: Delivery[] = [];
  private readonly polls = new Set<() => void>();

  private constructor(public port: number) {}

  static async start(): Promise<ScriptedBroker> {
    const broker = new ScriptedBroker(0);
    await broker.start();
    return broker;
  }

  get endpoint(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** On the port that it had before, if any. */
  async start(): Promise<void> {
    const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
    server.addService(MessagingServiceService, this.handlers());
    this.port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(this.endpoint, ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    this.server = server;
  }

  /** Like a crash: connections break. */
  stop(): void {
    this.server?.forceShutdown();
    this.server = undefined;
  }

  /** Away for so long, on the same port again afterwards. */
  async outage(forMs: number): Promise<void> {
    this.stop();
    await new Promise((resolve) => setTimeout(resolve, forMs));
    await this.start();
  }

  deliver(...messages: Delivery[]): void {
    this.ready.push(...messages);
    for (const answer of [...this.polls]) answer();
  }

  private handlers() {
    const unary =
      <Q, R>(answer: (request: Q) => R) =>
      (call: ServerUnaryCall<Q, R>, done: sendUnaryData<R>) => {
        this.clientIds.add(String(call.metadata.get('x-mq-client-id')[0]));
        done(null, answer(call.request));
      };
    return {
      queryRoute: unary((request: rpc.QueryRouteRequest) =>
        new servicePb.QueryRouteResponse().setStatus(status()).setMessageQueuesList([this.queue(request.getTopic())]),
      ),
      queryAssignment: unary((request: rpc.QueryAssignmentRequest) =>
        new servicePb.QueryAssignmentResponse()
          .setStatus(status())
          .setAssignmentsList([new definitionPb.Assignment().setMessageQueue(this.queue(request.getTopic()))]),
      ),
      heartbeat: unary(() => new servicePb.HeartbeatResponse().setStatus(status())),
      notifyClientTermination: unary(() => {
        this.terminations++;
        return new servicePb.NotifyClientTerminationResponse().setStatus(status());
      }),
      sendMessage: unary((request: rpc.SendMessageRequest) => this.send(request)),
      ackMessage: unary((request: rpc.AckMessageRequest) => this.ack(request)),
      changeInvisibleDuration: unary((request: rpc.ChangeInvisibleDurationRequest) => this.nack(request)),
      forwardMessageToDeadLetterQueue: unary((request: rpc.ForwardMessageToDeadLetterQueueRequest) => {
        this.dead.push(request.getMessageId());
        return new servicePb.ForwardMessageToDeadLetterQueueResponse().setStatus(status());
      }),
      endTransaction: unary(() => new servicePb.EndTransactionResponse().setStatus(status())),
      receiveMessage: (call: Parameters<ScriptedBroker['receive']>[0]) => this.receive(call),
      telemetry: (call: Parameters<ScriptedBroker['telemetry']>[0]) => this.telemetry(call),
    };
  }

  private queue(topic: proto.Resource | undefined): proto.MessageQueue {
    const address = new definitionPb.Address().setHost('127.0.0.1').setPort(this.routePort ?? this.port);
    const endpoints = new definitionPb.Endpoints().setScheme(1).setAddressesList([address]);
    return new definitionPb.MessageQueue()
      .setTopic(topic)
      .setId(0)
      .setPermission(3)
      .setBroker(new definitionPb.Broker().setName('broker-a').setId(0).setEndpoints(endpoints))
      .setAcceptMessageTypesList([1, 2, 3, 4]);
  }

  private telemetry(call: {
    on(event: string, f: (command: rpc.TelemetryCommand) => void): void;
    write(c: rpc.TelemetryCommand): void;
    end(): void;
  }) {
    this.telemetryStreams++;
    call.on('data', (command) => {
      const settings = command.getSettings();
      if (settings && this.answersSettings)
        call.write(new servicePb.TelemetryCommand().setStatus(status()).setSettings(this.complete(settings)));
    });
    call.on('end', () => call.end());
    call.on('error', () => call.end());
  }

  private complete(settings: proto.Settings): proto.Settings {
    settings
      .getPublishing()
      ?.setMaxBodySize(4 * 1024 * 1024)
      .setValidateMessageType(true);
    settings.getSubscription()?.setReceiveBatchSize(32).setLongPollingTimeout(createDuration(this.longPollingMs));
    if (this.backoff) settings.setBackoffPolicy(this.retryPolicy(this.backoff));
    return settings;
  }

  private retryPolicy(backoff: NonNullable<ScriptedBroker['backoff']>): proto.RetryPolicy {
    const policy = new definitionPb.RetryPolicy().setMaxAttempts(this.maxAttempts);
    if ('delaysMs' in backoff) {
      return policy.setCustomizedBackoff(
        new definitionPb.CustomizedBackoff().setNextList(backoff.delaysMs.map(createDuration)),
      );
    }
    const { initialMs, maxMs, multiplier } = backoff;
    const exponential = new definitionPb.ExponentialBackoff().setMultiplier(multiplier);
    return policy.setExponentialBackoff(
      exponential.setInitial(createDuration(initialMs)).setMax(createDuration(maxMs)),
    );
  }

  private send(request: rpc.SendMessageRequest): rpc.SendMessageResponse {
    this.sends.push(request);
    const code = this.sendCode(request);
    const response = new servicePb.SendMessageResponse().setStatus(status(code));
    if (code !== OK) return response;
    const entries = request
      .getMessagesList()
      .map((message) =>
        new servicePb.SendResultEntry()
          .setStatus(status())
          .setMessageId(message.getSystemProperties()?.getMessageId() ?? ''),
      );
    return response.setEntriesList(entries);
  }

  private ack(request: rpc.AckMessageRequest): rpc.AckMessageResponse {
    this.ackCalls++;
    const entries = request.getEntriesList().map((entry) => {
      this.acked.push(entry.getMessageId());
      return new servicePb.AckMessageResultEntry().setStatus(status()).setMessageId(entry.getMessageId());
    });
    return new servicePb.AckMessageResponse().setStatus(status()).setEntriesList(entries);
  }

  private nack(request: rpc.ChangeInvisibleDurationRequest): rpc.ChangeInvisibleDurationResponse {
    const duration = request.getInvisibleDuration();
    this.nacked.push({
      id: request.getMessageId(),
      delayMs: (duration?.getSeconds() ?? 0) * 1000 + (duration?.getNanos() ?? 0) / 1e6,
    });
    return new servicePb.ChangeInvisibleDurationResponse().setStatus(status());
  }

  private receive(call: {
    request: rpc.ReceiveMessageRequest;
    on(event: 'cancelled', f: () => void): void;
    write(response: rpc.ReceiveMessageResponse): void;
    end(): void;
  }): void {
    const answer = () => {
      if (this.receiveCode !== undefined) return finish(this.receiveCode, []);
      if (this.ready.length > 0) finish(OK, this.ready.splice(0, call.request.getBatchSize()));
    };
    const finish = (code: number, messages: Delivery[]) => {
      clearTimeout(timer);
      this.polls.delete(answer);
      call.write(new servicePb.ReceiveMessageResponse().setStatus(status(code)));
      for (const message of messages)
        call.write(new servicePb.ReceiveMessageResponse().setMessage(messageOf(call.request, message)));
      call.end();
    };
    const timer = setTimeout(() => finish(NO_NEW_MESSAGE, []), this.longPollingMs);
    timer.unref();
    this.polls.add(answer);
    call.on('cancelled', () => {
      clearTimeout(timer);
      this.polls.delete(answer);
    });
    answer();
  }
}

function messageOf(request: rpc.ReceiveMessageRequest, delivery: Delivery): proto.Message {
  const { id, body = id, tag, key = id, messageGroup, attempt = 1 } = delivery;
  const bytes = Buffer.from(body);
  const system = new definitionPb.SystemProperties()
    .setMessageId(id)
    .setReceiptHandle(`handle-${id}`)
    .setKeysList([key])
    .setDeliveryAttempt(attempt)
    .setBodyEncoding(1)
    .setBodyDigest(
      new definitionPb.Digest().setType(2).setChecksum(createHash('md5').update(bytes).digest('hex').toUpperCase()),
    );
  if (tag !== undefined) system.setTag(tag);
  if (messageGroup !== undefined) system.setMessageGroup(messageGroup);
  return new definitionPb.Message()
    .setTopic(request.getMessageQueue()?.getTopic())
    .setBody(bytes)
    .setSystemProperties(system);
}

function status(code = OK): proto.Status {
  return new definitionPb.Status().setCode(code as proto.Code).setMessage(code === OK ? 'OK' : `code ${code}`);
}
