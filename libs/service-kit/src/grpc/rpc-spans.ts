import { SpanKind, SpanStatusCode, type Span } from '@opentelemetry/api';
import { status, type ServiceError } from '@grpc/grpc-js';
import type { GrpcServiceContract } from '@trade/contracts';
import { inSpan, isTracing, type SpanDescription } from '../tracing/spans.js';
import { currentTraceparent, runInTrace } from '../tracing/trace.js';

/** What a server is to blame for. Its other answers are errors to the caller alone. */
const FAULTS_OF_SERVER: ReadonlySet<status> = new Set([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** One call of a contract as both of its sides write it into a trace: calls travel on streams, which tell nothing. */
export class RpcSpans {
  private readonly server: SpanDescription;
  private readonly client: SpanDescription;

  constructor({ packageName, serviceName }: GrpcServiceContract<unknown>, method: string) {
    const service = `${packageName}.${serviceName}`;
    const attributes = { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method };
    const name = `${service}/${method}`;
    this.server = { name, kind: SpanKind.SERVER, attributes };
    this.client = { name, kind: SpanKind.CLIENT, attributes };
  }

  /** @param work rejects with an error that has a gRPC code */
  serve<T>(traceparent: string | undefined, work: () => Promise<T>): Promise<T> {
    if (!isTracing()) return runInTrace(traceparent, work);
    return inSpan(this.server, traceparent, work, (span, error) => {
      const code = writeCode(span, error);
      if (FAULTS_OF_SERVER.has(code)) span.setStatus({ code: SpanStatusCode.ERROR });
    });
  }

  /** @param work rejects with an error that has a gRPC code */
  call<T>(work: () => Promise<T>): Promise<T> {
    if (!isTracing()) return work();
    return inSpan(this.client, currentTraceparent(), work, (span, error) => {
      writeCode(span, error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as ServiceError).details });
    });
  }
}

function writeCode(span: Span, error: unknown): status {
  const code = (error as ServiceError).code ?? status.UNKNOWN;
  span.setAttribute('rpc.grpc.status_code', code);
  span.setAttribute('error.type', status[code] ?? String(code));
  return code;
}
