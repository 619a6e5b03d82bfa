import { diag, DiagLogLevel, type DiagLogger, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { Log } from '../logging.js';

const COMPLAIN_EVERY_MS = 60_000;

/** Writes spans to an OpenTelemetry collector; the address, the sampler and the rest are the standard OTEL_… variables. */
export function otlpTracer(service: string): { tracer: Tracer; shutdown: () => Promise<void> } {
  diag.setLogger(rareComplaints(), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': service }))
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word
    .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }));
  const provider = new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  return { tracer: provider.getTracer('trade'), shutdown: () => provider.shutdown() };
}

/** A collector that is away is no reason for a line a second. */
function rareComplaints(): DiagLogger {
  const log = new Log('Tracing');
  let complainedAtMs = 0;
  const complain = (message: string): void => {
    if (Date.now() - complainedAtMs < COMPLAIN_EVERY_MS) return;
    complainedAtMs = Date.now();
    log.warn('spans are not delivered', { reason: reasonIn(message) });
  };
  const nothing = (): void => undefined;
  return { error: complain, warn: complain, info: nothing, debug: nothing, verbose: nothing };
}

/** The SDK reports an error as JSON text of it, stack and all. */
function reasonIn(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}
