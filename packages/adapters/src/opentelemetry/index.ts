/** A gateway's requests as spans and metrics of OpenTelemetry, named by its semantic conventions. The SDK is the host's. */
export { type OpenTelemetry, type OpenTelemetryOptions, openTelemetry } from "./telemetry.js";
