import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGateway } from "@turnpike/core";
import { testClock } from "@turnpike/core/testing";
import { afterAll, expect, it } from "vitest";
import { eventLog } from "#adapters/cli/log/event-log.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-events-"));
afterAll(() => rmSync(folder, { recursive: true }));

const CONFIGURATION = {
  loggers: { audit: {} },
  apis: {
    a: {
      path: "a",
      subscriptionRequired: false,
      operations: { get: { method: "GET", urlTemplate: "/*" } },
      policy: `<policies><inbound><log-to-eventhub logger-id="audit" partition-key="k">@(context.Request.Url.Path)</log-to-eventhub>
        <return-response><set-status code="200" reason="OK" /></return-response></inbound></policies>`,
    },
  },
} as const;

async function called(
  file: string | null,
): Promise<{ readonly lines: string[]; readonly end: () => Promise<void>; readonly advance: () => Promise<void> }> {
  const clock = testClock();
  const lines: string[] = [];
  const write = (_: object, message: string): void => void lines.push(message);
  const log = eventLog(file, { debug: write, info: write, warn: write, error: write }, clock);
  const gateway = await createGateway(CONFIGURATION, { clock, telemetry: log });
  log.check(gateway);
  for (const path of ["x", "y"]) await gateway.handle({ method: "GET", url: `https://gateway.example/a/${path}`, headers: {} });
  await gateway.close();
  return { lines, end: () => log.end(), advance: () => clock.advance(60_000) };
}

it("what has nowhere to go is told by name at the start, and counted once a minute", async () => {
  const { lines, advance, end } = await called(null);
  expect(lines).toEqual(["The logger 'audit' has nowhere to go: its messages are dropped. Give --events FILE."]);
  await advance();
  expect(lines.slice(1)).toEqual(["2 messages to the logger 'audit' were dropped."]);
  await end();
  expect(lines).toHaveLength(2);
});

it("messages go to a file, one object a line, and all are there at the end", async () => {
  const file = join(folder, "events.jsonl");
  const { lines, end } = await called(file);
  await end();
  expect(lines).toEqual([]);
  const events = readFileSync(file, "utf8").trim().split("\n");
  expect(events.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { loggerId: "audit", message: "/x", partitionKey: "k" },
    { loggerId: "audit", message: "/y" },
  ]);
});
