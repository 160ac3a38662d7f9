// The same Turnpike with its access log by way of a logger, as an application has it, and metrics for Prometheus.
process.env.OBSERVED = "logger";
await import("./turnpike.mjs");
