import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { type LoggerSinkOptions, loggerSinks } from "@turnpike/adapters/sinks";
import { createGateway, type GatewayConfiguration } from "@turnpike/core";
import { testClock } from "@turnpike/core/testing";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { started } from "../node/servers.js";
import { type EventHubServer, eventHubServer } from "./event-hub-server.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-sinks-"));
afterAll(() => rmSync(folder, { recursive: true }));
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A gateway whose one API logs its path to each of its loggers. */
function configuration(
  loggers: NonNullable<GatewayConfiguration["loggers"]>,
  attributes = "",
  more: Partial<GatewayConfiguration> = {},
): GatewayConfiguration {
  const logs = Object.keys(loggers).map(
    (id) => `<log-to-eventhub logger-id="${id}" ${attributes}>@(context.Request.Url.Path)</log-to-eventhub>`,
  );
  return {
    loggers,
    apis: {
      a: {
        path: "a",
        subscriptionRequired: false,
        operations: { get: { method: "GET", urlTemplate: "/*" } },
        policy: `<policies><inbound>${logs.join("")}<return-response><set-status code="200" reason="OK" /></return-response></inbound></policies>`,
      },
    },
    ...more,
  };
}

async function called(given: GatewayConfiguration, options: LoggerSinkOptions = {}, paths: readonly string[] = ["x", "y"]) {
  const clock = testClock();
  const lines: { readonly fields: object; readonly message: string }[] = [];
  const write = (fields: object, message: string): void => void lines.push({ fields, message });
  const logger = { debug: write, info: write, warn: write, error: write };
  const sinks = loggerSinks({ logger, clock, folder, ...options });
  const gateway = await createGateway(given, { clock, telemetry: sinks, logger });
  const send = async (all: readonly string[]): Promise<void> => {
    for (const path of all) {
      const { status } = await gateway.handle({ method: "GET", url: `https://gateway.example/a/${path}`, headers: {} });
      expect(status).toBe(200);
    }
  };
  await send(paths);
  /** Events with their fields, errors aside. */
  const told = () => lines.map(({ message, fields }) => [message, { ...fields, err: undefined }]);
  return { clock, lines, told, sinks, gateway, send };
}

const hubLogger = (hub: EventHubServer, name = "orders") => ({
  type: "azureEventHub",
  properties: { credentials: { name, connectionString: "{{hub}}" } },
  hub,
});

describe("Azure Event Hubs", () => {
  async function hub() {
    const server = await eventHubServer();
    closing.push(() => server.close());
    const { hub: _, ...logger } = hubLogger(server);
    return { server, logger, namedValues: { hub: { secret: true, value: server.connectionString } } };
  }

  it("gets messages as they are, in order, with their partition", async () => {
    const { server, logger, namedValues } = await hub();
    const { sinks, lines } = await called(configuration({ audit: logger }, 'partition-key="k"', { namedValues }));
    await sinks.end();
    expect(lines).toEqual([]);
    expect(server.messages).toEqual([
      { address: "orders", body: "/x", partitionKey: "k" },
      { address: "orders", body: "/y", partitionKey: "k" },
    ]);
  });

  it("gets messages for a partition there", async () => {
    const { server, logger, namedValues } = await hub();
    const { sinks } = await called(configuration({ audit: logger }, 'partition-id="1"', { namedValues }), {}, ["x"]);
    await sinks.end();
    expect(server.messages).toEqual([{ address: "orders/Partitions/1", body: "/x", partitionKey: null }]);
  });

  it("a hub that refuses costs messages, which are counted, and no caller notices", async () => {
    const { server, logger, namedValues } = await hub();
    server.refuse = true;
    const { sinks, told, lines } = await called(configuration({ audit: logger }, "", { namedValues }));
    await sinks.end();
    expect(told()).toEqual([
      ["delivery failed", { to: "the event hub orders" }],
      ["messages dropped", { loggerId: "audit", dropped: 2 }],
    ]);
    expect(JSON.stringify(lines.map(({ fields, message }) => [fields, message]))).not.toContain("CANARY");
  });

  it.each([
    ["the package @azure/event-hubs is not installed", { eventHubs: null }, {}],
    ["its credentials are not in the configuration", {}, { connectionString: "*** REDACTED ***" }],
    ["its credentials are not in the configuration", {}, { connectionString: "{{Logger-Credentials-1}}" }],
    ["it names no event hub", {}, { connectionString: "Endpoint=sb://h.example", name: "" }],
  ])("without a way to it, loading says why: %s", async (why, options, credentials) => {
    const properties = { credentials: { name: "orders", connectionString: "Endpoint=sb://h.example", ...credentials } };
    const { told, clock, sinks } = await called(configuration({ audit: { type: "azureEventHub", properties } }), options);
    expect(told()).toEqual([["logger unusable", { loggerId: "audit", why }]]);
    await clock.advance(60_000);
    expect(told().slice(1)).toEqual([["messages dropped", { loggerId: "audit", dropped: 2 }]]);
    await sinks.end();
    expect(told()).toHaveLength(2);
  });
});

it("messages go to a file, one object a line, and all are there at the end", async () => {
  const { sinks, lines } = await called(
    configuration({ audit: { type: "file", properties: { path: "events.jsonl" } } }, 'partition-key="k"'),
  );
  await sinks.end();
  expect(lines).toEqual([]);
  const events = readFileSync(join(folder, "events.jsonl"), "utf8").trim().split("\n");
  expect(events.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      Event: "message",
      TimeGenerated: "2026-01-01T00:00:00.000Z",
      loggerId: "audit",
      message: "/x",
      partitionId: null,
      partitionKey: "k",
    },
    {
      Event: "message",
      TimeGenerated: "2026-01-01T00:00:00.000Z",
      loggerId: "audit",
      message: "/y",
      partitionId: null,
      partitionKey: "k",
    },
  ]);
});

it("messages go to standard output, and a reader that went away costs messages only", async () => {
  const written: string[] = [];
  let isGone = false;
  const stdout = new Writable({
    write(chunk: Buffer, _, done) {
      if (isGone) return done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      written.push(chunk.toString());
      done();
    },
  });
  const { sinks, send, told } = await called(configuration({ audit: { type: "stdout" } }), { stdout }, ["x"]);
  isGone = true;
  await send(["y", "z"]);
  await new Promise((resolve) => setImmediate(resolve));
  await send(["later"]);
  await sinks.end();
  expect(written.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(["/x"]);
  expect(told()).toEqual([
    ["messages dropped", { loggerId: "audit", dropped: expect.toSatisfy((n) => n === 1 || n === 2) as number }],
  ]);
});

describe("HTTP", () => {
  async function receiver(statuses: number[] = []) {
    const bodies: { readonly body: string; readonly key: unknown }[] = [];
    const server = await started(
      createServer((incoming, outgoing) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("end", () => {
          bodies.push({ body: Buffer.concat(chunks).toString(), key: incoming.headers["x-key"] });
          outgoing.writeHead(statuses.shift() ?? 204).end();
        });
      }),
    );
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return { url: `http://127.0.0.1:${server.port}/in`, bodies };
  }

  it("gets messages as lines, with the logger's headers, and again where it fails", async () => {
    const { url, bodies } = await receiver([503]);
    const http = { type: "http", properties: { url, headers: { "X-Key": "CANARY-key" } } };
    const { sinks, lines } = await called(configuration({ audit: http }), {}, ["x"]);
    await sinks.end();
    expect(lines).toEqual([]);
    expect(bodies).toHaveLength(2);
    expect(bodies.map(({ key }) => key)).toEqual(["CANARY-key", "CANARY-key"]);
    expect(JSON.parse(bodies[1]!.body)).toMatchObject({ loggerId: "audit", message: "/x" });
  });

  it("what it refuses is counted", async () => {
    const { url } = await receiver([400]);
    const { sinks, told } = await called(configuration({ audit: { type: "http", properties: { url } } }), {}, ["x"]);
    await sinks.end();
    expect(told()).toEqual([
      ["delivery failed", { to: new URL(url).origin }],
      ["messages dropped", { loggerId: "audit", dropped: 1 }],
    ]);
  });
});

it("a route of the host wins over what loggers say; other loggers go their own way", async () => {
  const own = { type: "file", properties: { path: "own.jsonl" } };
  const { sinks } = await called(configuration({ audit: own, other: own }), { routes: { audit: join(folder, "routed.jsonl") } }, [
    "x",
  ]);
  await sinks.end();
  const ids = (file: string): string[] =>
    readFileSync(join(folder, file), "utf8")
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { loggerId: string }).loggerId);
  expect([ids("routed.jsonl"), ids("own.jsonl")]).toEqual([["audit"], ["other"]]);
});

it("another configuration opens what it names and closes what it does not", async () => {
  const file = (path: string) => ({ audit: { type: "file", properties: { path } } });
  const { sinks, gateway, send, told } = await called(configuration(file("before.jsonl")), {}, ["x"]);
  await gateway.update(configuration(file("after.jsonl")));
  await send(["y"]);
  await gateway.update(configuration({ audit: { type: "carrierPigeon" } }));
  await sinks.end();
  expect(readFileSync(join(folder, "before.jsonl"), "utf8")).toContain('"/x"');
  expect(readFileSync(join(folder, "after.jsonl"), "utf8")).toContain('"/y"');
  expect(told()).toEqual([
    ["logger unusable", { loggerId: "audit", why: "a logger of the type carrierPigeon takes no messages" }],
  ]);
});

it("without telemetry, loggers are named at the start, and messages and metrics counted once a minute", async () => {
  const clock = testClock();
  const lines: (readonly [event: string, fields: object])[] = [];
  const write = (fields: object, event: string): void => void lines.push([event, fields]);
  const logger = { debug: write, info: write, warn: write, error: write };
  const given = configuration({ audit: {} });
  const policy = given.apis!["a"]!.policy as string;
  const metric = '<emit-metric name="orders"><dimension name="API ID" /></emit-metric>';
  const apis = { a: { ...given.apis!["a"]!, policy: policy.replace("<inbound>", `<inbound>${metric}`) } };
  const gateway = await createGateway({ ...given, apis }, { clock, logger });
  expect(lines).toEqual([["logger unusable", { loggerId: "audit", why: "no telemetry takes messages of log-to-eventhub" }]]);
  for (let index = 0; index < 3; index++)
    await gateway.handle({ method: "GET", url: "https://gateway.example/a/x", headers: {} });
  expect(lines).toHaveLength(1);
  await clock.advance(60_000);
  expect(lines.slice(1).sort(([a], [b]) => (a < b ? -1 : 1))).toEqual([
    ["measurements dropped", { metric: "orders", dropped: 3 }],
    ["messages dropped", { loggerId: "audit", dropped: 3 }],
  ]);
  await clock.advance(600_000);
  expect(lines).toHaveLength(3);
  await gateway.close();
});
