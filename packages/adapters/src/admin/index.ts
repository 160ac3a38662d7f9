/** What operators look at: metrics for Prometheus, and a handler with probes and the state of a gateway. */
export { type AdminHandler, type AdminOptions, adminHandler } from "./handler.js";
export { type GatewayMetrics, gatewayMetrics, type MetricsOptions } from "./metrics.js";
