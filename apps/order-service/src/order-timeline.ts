import { Inject, Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { timelineService, type OrderEventRecord, type OrderEvents } from '@trade/contracts';
import { asShopError, GrpcClientFactory, nowUs, type GrpcClient } from '@trade/service-kit';
import { ORDER_CONFIG, type OrderConfig } from './config.js';
import type { Order } from './order.entity.js';
import { serviceAddresses } from './service-addresses.js';

/** People wait for it, and a service that is away is part of the story. */
const DEADLINE_MS = 1_000;

type TimelineClient = GrpcClient<NonNullable<typeof timelineService.definition>>;

/** What one service could say. */
class TimelineSource {
  @ApiProperty({ example: 'goods' })
  service!: string;

  @ApiProperty({
    enum: ['recording', 'off', 'away'],
    example: 'recording',
    description: 'off: it records nothing; away: it did not answer',
  })
  state!: 'recording' | 'off' | 'away';

  @ApiProperty({
    type: 'integer',
    example: 0,
    description: 'events that there was no room for, under load; of all orders',
  })
  dropped!: number;
}

/** Something that happened to the order. */
class TimelineEvent {
  @ApiProperty({ example: 'goods' })
  service!: string;

  @ApiProperty({ example: '4711-a1b2c3', description: 'the process: an instance, until it is started again' })
  process!: string;

  @ApiProperty({
    example: 'call',
    enum: ['http', 'call', 'serve', 'state', 'send', 'receive', 'duplicate', 'fault', 'start'],
    description:
      'http: a request was answered. call, serve: a call between services, seen by the caller and by the callee. state: ' +
      'something changed. send, receive: a message, at its sender and at a consumer. duplicate: a message that came again ' +
      'and was swallowed. fault: broken on purpose. start: a process started',
  })
  kind!: string;

  @ApiProperty({ example: 'goods.HoldStock' })
  name!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T07:02:11.826Z' })
  at!: string;

  @ApiProperty({ example: 12.345, description: 'ms since the first event' })
  offsetMs!: number;

  @ApiProperty({ type: Number, nullable: true, example: 3.21 })
  durationMs!: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'SHOP_SERVICE_TIMEOUT',
    description: 'why it went wrong; null when it went well',
  })
  failure!: string | null;

  @ApiProperty({ type: Object, example: { quantity: 1 } })
  details!: Record<string, unknown>;

  @ApiProperty({
    example: false,
    description: 'not recorded but read from the tables: the process died before it could write it down',
  })
  fromTables!: boolean;
}

export class OrderTimelineAnswer {
  @ApiProperty({ format: 'int64', example: '352537369385242624' })
  orderId!: string;

  @ApiProperty({ type: [TimelineSource] })
  sources!: TimelineSource[];

  @ApiProperty({ type: [TimelineEvent] })
  events!: TimelineEvent[];
}

interface Answer {
  service: string;
  state: TimelineSource['state'];
  found: Pick<OrderEvents, 'events'> & { dropped: string };
}

/** Asks all services what they know about an order, and puts it in the order in which it happened. */
@Injectable()
export class OrderTimeline {
  private clients: [service: string, client: TimelineClient][] | undefined;

  constructor(
    private readonly connections: GrpcClientFactory,
    @Inject(ORDER_CONFIG) private readonly config: OrderConfig,
  ) {}

  async of({ orderId, addTime }: Order): Promise<OrderTimelineAnswer> {
    // a second before it was created: its request is older than the order
    const sinceUs = String((addTime.getTime() - 1_000) * 1_000);
    const first = await this.ask(orderId, [], sinceUs);
    const traceIds = [...new Set(first.flatMap(({ found }) => found.events.map(({ traceId }) => traceId)))].filter(
      Boolean,
    );
    const answers = traceIds.length > 0 ? await this.ask(orderId, traceIds, sinceUs) : first;
    return {
      orderId,
      sources: answers.map(({ service, state, found }) => ({ service, state, dropped: Number(found.dropped) })),
      events: inOrder(answers),
    };
  }

  private ask(orderId: string, traceIds: string[], sinceUs: string): Promise<Answer[]> {
    return Promise.all(
      this.connected().map(async ([service, client]) => {
        try {
          const found = await client.getOrderEvents({ orderId, traceIds, sinceUs });
          return { service, state: found.recording ? 'recording' : 'off', found } as const;
        } catch (error) {
          if (!asShopError(error).retriable) throw error;
          return { service, state: 'away', found: { dropped: '0', events: [] } } as const;
        }
      }),
    );
  }

  /** When it is asked for first: nobody's start waits for pay-service. */
  private connected(): [service: string, client: TimelineClient][] {
    return (this.clients ??= Object.entries(serviceAddresses(this.config)).map(([service, address]) => [
      service,
      this.connections.connect(timelineService, address, { deadlineMs: DEADLINE_MS }),
    ]));
  }
}

type Found = OrderEventRecord & { service: string };

/** By time; the name decides between what happened in the same µs, so that two answers about one order are the same. */
function inOrder(answers: Answer[]): TimelineEvent[] {
  const all: Found[] = answers.flatMap(({ service, found }) => found.events.map((event) => ({ ...event, service })));
  const startUs = Math.min(...all.filter(({ kind }) => kind !== 'start').map(({ atUs }) => Number(atUs)), nowUs());
  return all
    .filter(({ kind, atUs }) => kind !== 'start' || Number(atUs) >= startUs)
    .sort((a, b) => Number(a.atUs) - Number(b.atUs) || (a.name < b.name ? -1 : 1))
    .map((event) => eventOf(event, startUs));
}

function eventOf(event: Found, startUs: number): TimelineEvent {
  const { service, process, kind, name, failure, details, fromTables } = event;
  const [atUs, durationUs] = [Number(event.atUs), Number(event.durationUs)];
  return {
    ...{ service, process, kind, name, fromTables },
    at: new Date(atUs / 1_000).toISOString(),
    offsetMs: (atUs - startUs) / 1_000,
    durationMs: durationUs === 0 ? null : durationUs / 1_000,
    failure: failure === '' ? null : failure,
    details: details === '' ? {} : (JSON.parse(details) as Record<string, unknown>),
  };
}
