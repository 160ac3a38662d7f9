/** Where messages of log-to-eventhub go, and what diagnostics send to Application Insights. */
export type { TokenCredential } from "./event-hub.js";
export { type LoggerSinkOptions, type LoggerSinks, loggerSinks, type SinkPlace } from "./logger-sinks.js";
