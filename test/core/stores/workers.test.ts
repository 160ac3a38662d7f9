import cluster from "node:cluster";
import { once } from "node:events";
import { expect, it } from "vitest";
import type { Diagnostic } from "#core/diagnostics/diagnostic.js";
import { createGateway } from "#core/gateway.js";
import { apiWith, policies } from "../run/gateway.js";

/** What gateways in a worker of node:cluster warn of, from the built packages. */
async function warningsInWorker(): Promise<Record<string, Diagnostic[]>> {
  cluster.setupPrimary({ exec: `${import.meta.dirname}/worker.mjs`, execArgv: [], silent: false });
  const worker = cluster.fork();
  try {
    const [message] = (await once(worker, "message")) as [Record<string, Diagnostic[]>];
    return message;
  } finally {
    worker.process.kill("SIGKILL");
  }
}

it("one of several workers is told, once and with the place, that it counts for itself alone", async () => {
  const warnings = await warningsInWorker();
  expect(warnings["by default"]).toEqual([
    expect.objectContaining({
      severity: "warning",
      line: 2,
      column: 1,
      message: expect.stringContaining("each of them admits the whole limit"),
    }),
  ]);
  expect(warnings["with a memory store"]).toHaveLength(1);
  expect(warnings["with a shared store"]).toEqual([]);
  expect(warnings["without limits"]).toEqual([]);
});

it("a process alone is not told", async () => {
  const limit = '<rate-limit-by-key calls="1" renewal-period="10" counter-key="all" />';
  const gateway = await createGateway(apiWith(policies({ inbound: limit })));
  expect(gateway.diagnostics.filter(({ code }) => code === "TP2109")).toEqual([]);
});
