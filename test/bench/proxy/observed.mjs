// The same Turnpike with its access log, as lines of JSON to a stream, and metrics for Prometheus.
process.env.OBSERVED = "lines";
await import("./turnpike.mjs");
