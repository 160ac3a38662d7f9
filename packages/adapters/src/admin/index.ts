/** What operators look at: metrics for Prometheus, and a handler with probes and the state of a gateway. */
export { type AdminHandler, adminHandler, adminPages } from "./handler.js";
export {
  countedIn,
  type GatewayMetrics,
  gatewayMetrics,
  type MetricParts,
  type MetricsOptions,
  mergedMetrics,
} from "./metrics.js";
export type { AdminOptions, AdminSource, Readiness } from "./source.js";
