import { propagation, trace } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";

/** A span that has ended, as far as tests look at it. */
export interface SpanRecord {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly spanId: string;
  readonly traceId: string;
  readonly parentId: string | undefined;
}

/** Registers the OpenTelemetry SDK for this process; gives a function that lists the spans that have ended. */
export function recordSpans(): () => SpanRecord[] {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return () =>
    exporter.getFinishedSpans().map((span) => ({
      name: span.name,
      attributes: span.attributes,
      spanId: span.spanContext().spanId,
      traceId: span.spanContext().traceId,
      parentId: span.parentSpanContext?.spanId,
    }));
}
