import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TraceDocument } from "@turnpike/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { started } from "../node/servers.js";
import { running, turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-trace-"));
const upstream = createServer((_incoming, outgoing) => outgoing.end("fine"));
let gateway = "";
const request = join(folder, "request.json");
beforeAll(async () => {
  const { port } = await started(upstream);
  gateway = join(folder, "gateway.yaml");
  writeFileSync(
    gateway,
    `apis:
  a:
    path: a
    serviceUrl: http://127.0.0.1:${port}
    subscriptionRequired: true
    operations: { x: { method: GET, urlTemplate: /x } }
    policy: |
      <policies><inbound><base /><set-header name="X-A" exists-action="override"><value>@(context.Request.Method)</value></set-header></inbound>
      <backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>
products: { p: { name: P, apis: [a] } }
subscriptions: { s: { scope: product/p, primaryKey: canary-key-0001 } }
`,
  );
  writeFileSync(
    request,
    JSON.stringify({
      method: "GET",
      url: "http://gateway.example/a/x",
      headers: { "Ocp-Apim-Subscription-Key": "canary-key-0001" },
    }),
  );
});
afterAll(() => {
  upstream.close();
  rmSync(folder, { recursive: true });
});

describe("turnpike trace", () => {
  it("prints the trace document with --json", async () => {
    const { code, out } = await turnpike("trace", gateway, request, "--json");
    const trace = JSON.parse(out) as TraceDocument;
    expect(code).toBe(0);
    expect(trace).toMatchObject({
      version: 1,
      match: { api: "a", operation: "x", product: "p", subscription: "s" },
      answer: { status: 200, by: { layer: "backend" } },
    });
    expect(trace.steps[0]).toMatchObject({
      policy: "set-header",
      changes: [{ what: "request-header", name: "X-A", before: null, after: "GET" }],
      expressions: [{ value: "GET", type: "System.String" }],
    });
    expect(trace.steps[1]).toMatchObject({ policy: "forward-request", calls: [{ to: "backend", status: 200 }] });
    expect(out).not.toMatch(/canary/);
  });

  it("tells people who answered and why", async () => {
    writeFileSync(join(folder, "no-key.json"), JSON.stringify({ url: "http://gateway.example/a/x" }));
    const { out } = await turnpike("trace", gateway, join(folder, "no-key.json"));
    expect(out).toMatch(/401 Access Denied by gateway, authorization/);
    expect(out).toMatch(/No key came with it/);
  });

  it.each([
    ["{", /Invalid request '.*wrong\.json': expected JSON \(/],
    ["[]", /: expected an object of method, url, headers, body, ipAddress\./],
    [`{"url":"/x"}`, /: expected "url" to be an absolute URL\./],
    [`{"url":"http://x/","verb":"GET"}`, /: expected no member "verb", only method, url, /],
    [`{"url":"http://x/","headers":[]}`, /: expected "headers" to be an object\./],
    [`{"url":"http://x/","headers":{"X-A":[true]}}`, /: expected the header "X-A" to be a text or a list of texts\./],
  ])("refuses %s", async (text, expected) => {
    writeFileSync(join(folder, "wrong.json"), text);
    const { code, err } = await turnpike("trace", gateway, join(folder, "wrong.json"));
    expect([code, expected.test(err)]).toEqual([2, true]);
  });
});

describe("turnpike run --log json", () => {
  it("writes one JSON object a line: that it listens, then requests", async () => {
    const { url, lines, stop } = await running(gateway, "--log", "json");
    expect(lines).toHaveLength(1);
    await new Promise<void>((done) =>
      get(`${url}/a/x?subscription-key=canary-key-0001`, (answer) => answer.resume().on("end", done)),
    );
    await vi.waitFor(() => expect(lines).toHaveLength(2));
    expect(JSON.parse(lines[1]!)).toMatchObject({
      ResponseCode: 200,
      AnsweredBy: "backend",
      ApiId: "a",
      OperationId: "x",
      ResponseSize: 4,
      BackendResponseCode: 200,
      ClientProtocol: "HTTP/1.1",
    });
    expect(lines.join()).not.toMatch(/canary/);
    expect(await stop()).toBe(0);
  });
});

it("turnpike debug-token needs the key, and issues no more than an hour", async () => {
  vi.stubEnv("TURNPIKE_TRACE_KEY", "");
  expect((await turnpike("debug-token")).code).toBe(2);
  vi.stubEnv("TURNPIKE_TRACE_KEY", "short");
  expect((await turnpike("debug-token")).err).toContain("Invalid TURNPIKE_TRACE_KEY: expected at least 32 characters.");
  vi.stubEnv("TURNPIKE_TRACE_KEY", "0123456789012345678901234567890123456789");
  expect((await turnpike("debug-token", "--api", "a")).out).toMatch(/^aid=a&exp=\d+&sig=[\w-]{43}$/);
  expect((await turnpike("debug-token", "--expires-after", "3601")).code).toBe(2);
  vi.unstubAllEnvs();
});
