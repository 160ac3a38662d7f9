import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policyTest, runTestFile } from "@turnpike/core/testing";
import { afterAll, describe, expect, it } from "vitest";
import { document } from "../../core/policies/support.js";
import { started } from "../node/servers.js";
import { type RunningCommand, running, turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-document-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Case {
  readonly name: string;
  readonly policy: string;
  readonly request: { method: string; path: string; headers?: Record<string, string>; body?: string };
  /** Statuses with which the backend answers, one call after the other. Null: it is not there. */
  readonly backend: readonly number[] | null;
  readonly gatewayErrors?: "apim" | "turnpike";
  readonly status: number;
  /** Expected headers; null for absent. */
  readonly headers?: Record<string, string | null>;
  readonly calls: number;
}

const cors = (more = ""): string =>
  document(`<cors allow-credentials="true"><allowed-origins><origin>https://shop.example</origin></allowed-origins>
    <allowed-methods><method>GET</method><method>PATCH</method></allowed-methods><allowed-headers><header>*</header></allowed-headers></cors>${more}`);
const guarded = `<check-header name="Authorization" failed-check-httpcode="401" failed-check-error-message="no" ignore-case="true" />`;
const retried = (forward: string): string =>
  document({ backend: `<retry condition="@(context.Response.StatusCode >= 500)" count="2" interval="0">${forward}</retry>` });
const preflight = (origin: string, method = "PATCH"): Case["request"] => ({
  method: "OPTIONS",
  path: "/x/1",
  headers: { Origin: origin, "Access-Control-Request-Method": method },
});
const put = { method: "PUT", path: "/x", headers: { "Content-Type": "application/json" }, body: '{"a":1}' };

const cases: readonly Case[] = [
  {
    name: "a preflight is answered by cors, before anything else",
    policy: cors(guarded),
    request: preflight("https://shop.example"),
    backend: [],
    status: 200,
    headers: { "Access-Control-Allow-Origin": "https://shop.example", "Access-Control-Allow-Methods": "GET,PATCH" },
    calls: 0,
  },
  {
    name: "a preflight of another origin gets an empty answer",
    policy: cors(guarded),
    request: preflight("https://other.example"),
    backend: [],
    status: 200,
    headers: { "Access-Control-Allow-Origin": null },
    calls: 0,
  },
  {
    name: "a preflight without any cors policy goes to the backend",
    policy: document(""),
    request: preflight("https://shop.example"),
    backend: [204],
    status: 204,
    calls: 1,
  },
  {
    name: "OPTIONS that is no preflight goes through the document",
    policy: cors(guarded),
    request: { method: "OPTIONS", path: "/x/1" },
    backend: [204],
    status: 401,
    calls: 0,
  },
  {
    name: "a body that nobody buffered cannot be sent a second time",
    policy: retried("<forward-request />"),
    request: put,
    backend: [503, 200],
    status: 500,
    calls: 1,
  },
  {
    name: "a body that was buffered is sent again",
    policy: retried(`<forward-request buffer-request-body="true" />`),
    request: put,
    backend: [503, 201],
    status: 201,
    calls: 2,
  },
  {
    name: "a body that a policy read is sent again",
    policy: document({
      inbound: `<set-variable name="a" value="@(context.Request.Body.As<string>(preserveContent: true))" />`,
      backend: `<retry condition="@(context.Response.StatusCode >= 500)" count="2" interval="0"><forward-request /></retry>`,
    }),
    request: put,
    backend: [503, 201],
    status: 201,
    calls: 2,
  },
  {
    name: "a body that a policy read without keeping it is gone",
    policy: document(`<set-variable name="a" value="@(context.Request.Body.As<string>())" />`),
    request: put,
    backend: [200],
    status: 200,
    calls: 1,
  },
  { name: "a refusal", policy: document(guarded), request: put, backend: [200], status: 401, calls: 0 },
  { name: "HEAD", policy: document(""), request: { method: "HEAD", path: "/x" }, backend: [200], status: 200, calls: 1 },
  { name: "a backend that is not there", policy: document(""), request: put, backend: null, status: 502, calls: 0 },
  {
    name: "a backend that is not there, with the service's statuses",
    policy: document(""),
    request: put,
    backend: null,
    gatewayErrors: "apim",
    status: 500,
    calls: 0,
  },
];

describe.each(cases)("$name", ({ policy, request, backend, gatewayErrors, status, headers = {}, calls }) => {
  const rules =
    backend === null ? [{ fail: "refused" as const }] : backend.map((one) => ({ reply: { status: one }, times: 1 as const }));
  const url = `https://api.example${request.path}`;

  it("in policyTest", async () => {
    const test = await policyTest({ policy, backend: rules, ...(gatewayErrors === undefined ? {} : { gatewayErrors }) });
    const outcome = await test.send({ ...request, url });
    expect(outcome.status).toBe(status);
    for (const [name, value] of Object.entries(headers)) expect(outcome.headers.get(name)).toBe(value);
    if (backend !== null) expect(outcome.backendCalls).toHaveLength(calls);
  });

  it("in a test file", async () => {
    const file = join(folder, `${cases.findIndex((one) => one.policy === policy && one.status === status)}.policy-test.yaml`);
    const { path: _path, ...rest } = request;
    const content = {
      policy,
      backend: rules,
      ...(gatewayErrors === undefined ? {} : { gatewayErrors }),
      tests: [
        {
          name: "t",
          request: { ...rest, url },
          expect: { status, headers, ...(backend === null ? {} : { backend: { calls } }) },
        },
      ],
    };
    writeFileSync(file, JSON.stringify(content));
    const results = [];
    for await (const result of runTestFile(file)) results.push(result.failures);
    expect(results).toEqual([[]]);
  });

  it("in a running gateway", async () => {
    let called = 0;
    const upstream = await started(
      createServer((incoming, outgoing) => {
        const answer = backend?.[called++] ?? 200;
        incoming.resume().on("end", () => outgoing.writeHead(answer, { Connection: "close" }).end());
      }),
    );
    const address = `http://127.0.0.1:${upstream.port}`;
    if (backend === null) await closed(upstream);
    const errors = gatewayErrors === undefined ? [] : ["--gateway-errors", gatewayErrors];
    const { url: listening, stop } = await serving(policy, address, errors);
    const answer = await sent(`${listening}${request.path}`, request);
    expect(answer.statusCode).toBe(status);
    for (const [name, value] of Object.entries(headers)) expect(answer.headers[name.toLowerCase()] ?? null).toBe(value);
    if (backend !== null) expect(called).toBe(calls);
    await stop();
    await closed(upstream);
  });
});

it.each([
  ["--gateway-errors", "azure", "Invalid value 'azure' of '--gateway-errors': expected turnpike or apim."],
  ["--path-encoding", "loose", "Invalid value 'loose' of '--path-encoding': expected plain or strict."],
  ["--workers", "0", "Invalid value '0' of '--workers': expected a whole number from 1 to 256, or auto."],
  ["--workers=2", "--console", "'--console' looks on at one process: leave '--workers' out."],
  ["--body-limit", "4 apples", "Invalid value '4 apples' of '--body-limit': expected bytes, such as 4194304 or 4Mi."],
  ["--headers-timeout", "1m", "expected seconds, such as 30 or 0.5."],
  ["--max-connections", "0", "Invalid value '0' of '--max-connections': expected a whole number from 1 to 1000000."],
  ["--redis-mode", "none", "Invalid value 'none' of '--redis-mode': expected local, open or closed."],
  ["--redis-mode", "open", "'--redis-mode' needs '--redis'."],
  ["--drain-wait", "soon", "Invalid value 'soon' of '--drain-wait': expected seconds, such as 30 or 0.5."],
  ["--body-work", "0", "Invalid value '0' of '--body-work': expected a number of units from 1."],
])("turnpike run refuses %s %s", async (option, value, complaint) => {
  const file = join(folder, "policy.xml");
  writeFileSync(file, document(""));
  const { code, err } = await turnpike("run", file, "--backend", "http://127.0.0.1:9", "--port", "0", option, value);
  expect(code).toBe(2);
  expect(err).toContain(complaint);
});

it.each([
  ["as it is", [], 200],
  ["strict", ["--path-encoding", "strict"], 400],
])("paths with encoded slashes, %s", async (_what, options, status) => {
  const upstream = await started(createServer((incoming, outgoing) => incoming.resume().on("end", () => outgoing.end())));
  const { url: listening, stop } = await serving(document(""), `http://127.0.0.1:${upstream.port}`, options);
  expect((await sent(`${listening}/a%2Fb`, { method: "GET", path: "/a%2Fb" })).statusCode).toBe(status);
  await stop();
  await closed(upstream);
});

it.each([
  ["as it is", [], 413],
  ["raised", ["--body-work", "10000000"], 200],
])("the bound on the work of taking a body apart, %s", async (_what, options, status) => {
  const upstream = await started(createServer((incoming, outgoing) => incoming.resume().on("end", () => outgoing.end())));
  const policy = document(`<set-variable name="a" value="@(context.Request.Body.As<JArray>(preserveContent: true).Count)" />`);
  const { url: listening, stop } = await serving(policy, `http://127.0.0.1:${upstream.port}`, options);
  const body = JSON.stringify(Array.from({ length: 100_000 }, (_, i) => ({ i })));
  expect(
    (await sent(`${listening}/x`, { method: "POST", path: "/x", headers: { "Content-Type": "application/json" }, body }))
      .statusCode,
  ).toBe(status);
  await stop();
  await closed(upstream);
});

/** `turnpike run` with a document. */
function serving(policy: string, backend: string, options: readonly string[]): Promise<RunningCommand> {
  const file = join(folder, "policy.xml");
  writeFileSync(file, policy);
  return running(file, "--backend", backend, ...options);
}

function closed(server: Awaited<ReturnType<typeof started>>): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function sent(url: string, { method, headers = {}, body }: Case["request"]): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
    const outgoing = httpRequest(url, { method, headers: { ...headers, ...length }, agent: false }, (incoming) => {
      incoming.resume().on("end", () => resolve(incoming));
    });
    outgoing.on("error", reject).end(body);
  });
}
