import type * as Sdk from "@opentelemetry/sdk-node";
import { type OpenTelemetry, type OpenTelemetryOptions, openTelemetry } from "../../opentelemetry/index.js";
import { optionalPackage } from "../../optional-package.js";
import { UsageError } from "../command.js";

/**
 * OpenTelemetry with an SDK of its own, configured by the variables `OTEL_*`.
 * @param options what spans there are
 * @throws UsageError if a package is missing
 */
export function startedOpenTelemetry(options: Pick<OpenTelemetryOptions, "policySpans">): {
  readonly telemetry: OpenTelemetry;
  end(): Promise<void>;
} {
  const sdk = optionalPackage("@opentelemetry/sdk-node") as typeof Sdk | null;
  if (sdk === null)
    throw new UsageError("'--otel' needs the package @opentelemetry/sdk-node.", "npm install @opentelemetry/sdk-node@0.223");
  process.env["OTEL_SERVICE_NAME"] ??= "turnpike";
  process.env["OTEL_METRICS_EXPORTER"] ??= "otlp";
  const node = new sdk.NodeSDK();
  node.start();
  return {
    telemetry: openTelemetry(options),
    async end() {
      try {
        await node.shutdown();
      } catch {
        // A collector that is away must not keep the gateway from its end.
      }
      const { trace, metrics, propagation, context } = sdk.api;
      for (const registered of [trace, metrics, propagation, context]) registered.disable();
    },
  };
}
