import { z } from 'zod';
import { Log } from '../logging.js';
import { useTracer } from './spans.js';

/** Spans that were not delivered by then are lost: a collector that is away must not hold up the end of a process. */
const GOODBYE_MS = 3_000;

const endpoint = z.url({ protocol: /^https?$/, error: 'must be a URL such as http://127.0.0.1:4318' }).optional();

/** OpenTelemetry's own variables. Its packages read more of them: OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS, … */
export const tracingSettings = {
  /** Where spans go; without it, there are none. */
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_PROTOCOL: z.literal('http/protobuf').optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: z.literal('http/protobuf').optional(),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none']).default('otlp'),
  OTEL_SDK_DISABLED: z.enum(['true', 'false']).default('false'),
};

export type TracingConfig = z.infer<z.ZodObject<typeof tracingSettings>>;

/**
 * Starts to write spans where a collector is configured. OpenTelemetry's SDK is loaded only then.
 * @returns what delivers the last spans
 */
export async function startTracing(service: string, config: TracingConfig): Promise<() => Promise<void>> {
  const collector = config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? config.OTEL_EXPORTER_OTLP_ENDPOINT;
  const isOff = config.OTEL_SDK_DISABLED === 'true' || config.OTEL_TRACES_EXPORTER === 'none';
  if (collector === undefined || isOff) return () => Promise.resolve();
  const { otlpTracer } = await import('./otlp.js');
  const { tracer, shutdown } = otlpTracer(service);
  useTracer(tracer);
  new Log('Tracing').info('spans go to a collector', { collector: new URL(collector).host });
  return () => Promise.race([shutdown(), new Promise<void>((resolve) => setTimeout(resolve, GOODBYE_MS).unref())]);
}
