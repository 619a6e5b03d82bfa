import { Controller, Inject, Optional } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { GetOrderEventsRequest, OrderEventRecord, OrderEvents } from '@trade/contracts';
import { Database } from '../database/database.js';
import { requirePositive } from '../grpc/grpc-fields.js';
import { findEvents, findStarts, type StoredEvent } from './order-event-table.js';
import { droppedEvents, timelineIsOn } from './order-events.js';

/** Injection token of OrderFacts. */
export const ORDER_FACTS = Symbol('order facts');

/**
 * A SELECT of what the tables of a service tell about an order: `name` as in the line of the log, `atUs`, `details` (JSON or
 * NULL). Each of its parameters is the order id.
 */
export type OrderFacts = string;

interface FactRow {
  name: string;
  atUs: string;
  details: string | null;
}

const MAX_TRACES = 50;

/** What this service knows of an order's life: recorded, and where a process died before it recorded it, from its tables. */
@Controller()
export class TimelineGrpc {
  constructor(
    private readonly database: Database,
    @Optional() @Inject(ORDER_FACTS) private readonly facts?: OrderFacts,
  ) {}

  @GrpcMethod('TimelineService', 'GetOrderEvents')
  async getOrderEvents({ orderId, traceIds, sinceUs }: GetOrderEventsRequest): Promise<OrderEvents> {
    requirePositive({ orderId });
    const recording = timelineIsOn();
    const dropped = String(droppedEvents());
    if (!recording) return { recording, dropped, events: [] };
    const [recorded, starts, facts] = await Promise.all([
      findEvents(this.database, orderId, traceIds.slice(0, MAX_TRACES)),
      sinceUs === '0' ? [] : findStarts(this.database, sinceUs),
      this.facts
        ? this.database.query<FactRow[]>(
            this.facts,
            this.facts.match(/\?/g)!.map(() => orderId),
          )
        : [],
    ]);
    const known = new Set(recorded.map(({ name }) => name));
    const unrecorded = facts.filter(({ name }) => !known.has(name));
    return { recording, dropped, events: [...recorded, ...starts].map(recordOf).concat(unrecorded.map(recordOfFact)) };
  }
}

function recordOf(event: StoredEvent): OrderEventRecord {
  const { kind, name, process, traceId, atUs, durationUs, failure, details } = event;
  return {
    ...{ kind, name, process, atUs, fromTables: false },
    ...{ traceId: traceId ?? '', durationUs: durationUs ?? '0', failure: failure ?? '', details: details ?? '' },
  };
}

function recordOfFact({ name, atUs, details }: FactRow): OrderEventRecord {
  const nothing = { process: '', traceId: '', durationUs: '0', failure: '' };
  return { kind: 'state', name, atUs, details: details ?? '', fromTables: true, ...nothing };
}
