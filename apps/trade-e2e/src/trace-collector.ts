import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import protobuf from 'protobufjs';

/** What is read here of opentelemetry/proto/collector/trace/v1/trace_service.proto. */
const OTLP = `
  syntax = "proto3";
  message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { repeated Span spans = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; uint32 kind = 6;
    repeated KeyValue attributes = 9; repeated Event events = 11;
  }
  message Event { string name = 2; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { string string_value = 1; int64 int_value = 3; ArrayValue array_value = 5; }
  message ArrayValue { repeated AnyValue values = 1; }`;
const ExportRequest = protobuf.parse(OTLP).root.lookupType('ExportTraceServiceRequest');
const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

interface AnyValue {
  stringValue?: string;
  intValue?: string;
  arrayValue?: { values: AnyValue[] };
}

interface ExportedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  kind: number;
  attributes: { key: string; value: AnyValue }[];
  events: { name: string }[];
}

export interface CollectedSpan {
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  kind: string;
  attributes: Record<string, string | undefined>;
  events: string[];
}

/** An OpenTelemetry collector as far as services see one: takes OTLP over HTTP, and keeps the spans. */
export class TraceCollector {
  readonly spans: CollectedSpan[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const isExport = request.method === 'POST' && request.url === '/v1/traces';
        if (isExport) this.spans.push(...spansOf(Buffer.concat(chunks)));
        response.writeHead(isExport ? 200 : 404, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
  }

  static async start(): Promise<TraceCollector> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new TraceCollector(server);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The spans under a parent, as lines `service kind name`, children indented below it, in order of name. */
  tree(traceId: string, parentSpanId: string, indent = ''): string[] {
    return this.spans
      .filter((span) => span.traceId === traceId && span.parentSpanId === parentSpanId)
      .map((span) => ({ span, line: `${span.service} ${span.kind} ${span.name}` }))
      .sort((a, b) => (a.line < b.line ? -1 : 1))
      .flatMap(({ span, line }) => [indent + line, ...this.tree(traceId, span.spanId, `${indent}  `)]);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}

function spansOf(body: Buffer): CollectedSpan[] {
  const { resourceSpans } = ExportRequest.toObject(ExportRequest.decode(body), {
    bytes: String,
    longs: String,
    arrays: true,
  }) as { resourceSpans: { resource: Pick<ExportedSpan, 'attributes'>; scopeSpans: { spans: ExportedSpan[] }[] }[] };
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = attributesOf(resource)['service.name'] ?? '';
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => collected(service, span)));
  });
}

function collected(service: string, span: ExportedSpan): CollectedSpan {
  return {
    service,
    name: span.name,
    kind: KINDS[span.kind] ?? '',
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    attributes: attributesOf(span),
    events: span.events.map(({ name }) => name),
  };
}

/** Also reads what a list has first. */
function attributesOf({ attributes }: Pick<ExportedSpan, 'attributes'>): Record<string, string | undefined> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      const { stringValue, intValue } = value.arrayValue?.values[0] ?? value;
      return [key, stringValue ?? intValue];
    }),
  );
}

function hex(bytes: string | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes, 'base64').toString('hex');
}
