import { SpanKind, SpanStatusCode, type Span } from '@opentelemetry/api';
import { status, type ServiceError } from '@grpc/grpc-js';
import type { GrpcServiceContract } from '@trade/contracts';
import { EventCounter, type Count } from '../metrics/metrics.js';
import { inSpan, isTracing, type SpanDescription } from '../tracing/spans.js';
import { currentTraceparent, runInTrace } from '../tracing/trace.js';

const labels = ['grpc_service', 'grpc_method', 'grpc_code'] as const;
const handled = {
  server: new EventCounter('grpc_server_handled_total', 'Calls answered, by what came of them.', labels),
  client: new EventCounter('grpc_client_handled_total', 'Calls made, retries included, by what came of them.', labels),
};

/** What a server is to blame for. Its other answers are errors to the caller alone. */
const FAULTS_OF_SERVER: ReadonlySet<status> = new Set([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** A call of a contract, as one of its sides counts it and writes it into a trace: batch streams tell nothing of it. */
export class ObservedRpc {
  private readonly span: SpanDescription;
  private readonly succeeded: Count;
  private readonly countSuccess = (answer: unknown): unknown => {
    this.succeeded.add();
    return answer;
  };
  private readonly countFailure = (error: unknown): never => {
    this.count(codeOf(error)).add();
    throw error;
  };

  constructor(
    private readonly side: 'client' | 'server',
    private readonly contract: GrpcServiceContract<unknown>,
    private readonly method: string,
  ) {
    this.succeeded = this.count(status.OK);
    const kind = side === 'client' ? SpanKind.CLIENT : SpanKind.SERVER;
    const attributes = { 'rpc.system': 'grpc', 'rpc.service': this.service, 'rpc.method': method };
    this.span = { name: `${this.service}/${method}`, kind, attributes };
  }

  /** @param work rejects with an error that has a gRPC code */
  serve<T>(traceparent: string | undefined, work: () => Promise<T>): Promise<T> {
    return this.counted(isTracing() ? this.inSpan(traceparent, work) : runInTrace(traceparent, work));
  }

  /** @param work rejects with an error that has a gRPC code */
  call<T>(work: () => Promise<T>): Promise<T> {
    return this.counted(isTracing() ? this.inSpan(currentTraceparent(), work) : work());
  }

  /** Half of what awaiting the work here would take. */
  private counted<T>(work: Promise<T>): Promise<T> {
    return work.then(this.countSuccess as (answer: T) => T, this.countFailure);
  }

  private count(code: status): Count {
    return handled[this.side].of({ grpc_service: this.service, grpc_method: this.method, grpc_code: nameOf(code) });
  }

  private inSpan<T>(parent: string | undefined, work: () => Promise<T>): Promise<T> {
    return inSpan(this.span, parent, work, (span, error) => this.fail(span, error as ServiceError));
  }

  private fail(span: Span, error: ServiceError): void {
    const code = codeOf(error);
    span.setAttribute('rpc.grpc.status_code', code);
    span.setAttribute('error.type', nameOf(code));
    const isError = this.side === 'client' || FAULTS_OF_SERVER.has(code);
    if (isError) span.setStatus({ code: SpanStatusCode.ERROR, message: error.details });
  }

  private get service(): string {
    return `${this.contract.packageName}.${this.contract.serviceName}`;
  }
}

function codeOf(error: unknown): status {
  return (error as ServiceError).code ?? status.UNKNOWN;
}

function nameOf(code: status): string {
  return status[code] ?? String(code);
}
