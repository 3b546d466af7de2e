import type { IncomingMessage, ServerResponse } from 'node:http'
import { metrics } from '@opentelemetry/api'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { type IMetricReader, MeterProvider } from '@opentelemetry/sdk-metrics'

export interface Telemetry {
  scrape(request: IncomingMessage, response: ServerResponse): void
  stop(): Promise<void>
}

/**
 * Started before anything else. Prometheus can always scrape; OTLP (metrics, traces, logs) is on where the standard variable
 * OTEL_EXPORTER_OTLP_ENDPOINT is set. The OTLP part is loaded only then: it costs 40 MB.
 */
export async function startTelemetry(program: string, env: NodeJS.ProcessEnv = process.env): Promise<Telemetry> {
  const prometheus = new PrometheusExporter({ preventServerStart: true })
  const scrape = (request: IncomingMessage, response: ServerResponse) => { prometheus.getMetricsRequestHandler(request, response) }
  if (env.OTEL_EXPORTER_OTLP_ENDPOINT) {
    const { NodeSDK } = await import('@opentelemetry/sdk-node')
    const { PeriodicExportingMetricReader } = await import('@opentelemetry/sdk-metrics')
    const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http')
    const readers: IMetricReader[] = [prometheus, new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })]
    const sdk = new NodeSDK({ serviceName: `tributary-${program}`, metricReaders: readers, instrumentations: [] })
    sdk.start()
    return { scrape, stop: () => sdk.shutdown() }
  }
  const provider = new MeterProvider({ readers: [prometheus], resource: resourceFromAttributes({ 'service.name': `tributary-${program}` }) })
  metrics.setGlobalMeterProvider(provider)
  return { scrape, stop: () => provider.shutdown() }
}
