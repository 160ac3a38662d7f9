import { createGateway, Headers, type OutgoingRequest } from "@turnpike/core";
import { debugToken } from "@turnpike/core/adapter";
import { expect, it } from "vitest";

const key = "a-key-for-traces-that-is-long-enough";
const later = Date.now() + 3_600_000;

async function world(options: object = {}) {
  const sent: OutgoingRequest[] = [];
  const gateway = await createGateway(
    {
      apis: { a: { path: "a", serviceUrl: "https://backend.example", operations: { x: { method: "GET", urlTemplate: "/x" } } } },
      products: { p: { name: "P", apis: ["a"] } },
      subscriptions: {
        all: { scope: "all", primaryKey: "canary-key-for-all" },
        some: { scope: "product/p", primaryKey: "canary-key-for-some" },
        traced: { scope: "product/p", primaryKey: "canary-key-traced", allowTracing: true },
        over: { scope: "product/p", primaryKey: "canary-key-suspended", allowTracing: true, state: "suspended" },
      },
    },
    {
      transport: (request) => {
        sent.push(request);
        return Promise.resolve({ status: 200, reason: "OK", headers: new Headers(), body: null });
      },
      trace: { key, ...options },
    },
  );
  const ask = async (headers: Record<string, string>) => {
    const answer = await gateway.handle({ method: "GET", url: "https://gateway.example/a/x", headers });
    return { answer, id: answer.headers.get("apim-trace-id") };
  };
  return { gateway, sent, ask };
}

const debug = "Apim-Debug-Authorization";
const subscription = "Ocp-Apim-Subscription-Key";

it.each([
  ["a token for all APIs", { [debug]: debugToken(key, { api: "*", expiresAt: later }) }, true],
  [
    "a token for the API",
    { [debug]: debugToken(key, { api: "a", expiresAt: later }), [subscription]: "canary-key-for-some" },
    true,
  ],
  [
    "a token for another API",
    { [debug]: debugToken(key, { api: "b", expiresAt: later }), [subscription]: "canary-key-for-some" },
    false,
  ],
  ["a token that is over", { [debug]: debugToken(key, { api: "*", expiresAt: 1 }) }, false],
  ["a token of another key", { [debug]: debugToken(`${key}!`, { api: "*", expiresAt: later }) }, false],
  ["no token", { [debug]: "aid=*" }, false],
  ["the key of an all-access subscription", { "Ocp-Apim-Trace": "true", [subscription]: "canary-key-for-all" }, true],
  ["the key of another subscription", { "Ocp-Apim-Trace": "true", [subscription]: "canary-key-for-some" }, false],
  ["the key of a subscription with allowTracing", { "Ocp-Apim-Trace": "true", [subscription]: "canary-key-traced" }, true],
  [
    "the key of a suspended subscription with allowTracing",
    { "Ocp-Apim-Trace": "true", [subscription]: "canary-key-suspended" },
    false,
  ],
  ["no key", { "Ocp-Apim-Trace": "true" }, false],
])("with %s", async (_what, headers, isGiven) => {
  const { gateway, sent, ask } = await world();
  const { answer, id } = await ask(headers);
  expect(id !== null).toBe(isGiven);
  expect(answer.headers.get("ocp-apim-trace-location")).toBe(isGiven ? `/traces/${id}` : null);
  expect(answer.trace).toBeUndefined();
  if (id !== null) {
    const trace = gateway.traces.get(id);
    expect(trace).toMatchObject({ id, version: 1 });
    expect(JSON.stringify(trace)).not.toMatch(/canary/);
  } else expect(gateway.traces.list()).toEqual([]);
  for (const { headers: outgoing } of sent) expect(outgoing.names().join()).not.toMatch(/trace|debug/i);
  await gateway.close();
});

it("a refusal says what is wrong with the token", async () => {
  const { gateway, ask } = await world();
  const over = await ask({ [debug]: debugToken(key, { api: "*", expiresAt: 1 }) });
  expect(over.answer.headers.get("apim-debug-authorization-expired")).toBe("Thu, 01 Jan 1970 00:00:00 GMT");
  const other = await ask({ [debug]: debugToken(key, { api: "b", expiresAt: later }) });
  expect(other.answer.headers.get("apim-debug-authorization-wrongapi")).toMatch(/API b/);
  await gateway.close();
});

it("failed requests are kept without being asked for, and only the latest", async () => {
  const { gateway, ask } = await world({ onError: true, keep: 2 });
  for (let i = 0; i < 3; i++) expect((await ask({})).answer.status).toBe(401);
  const { answer } = await ask({ [subscription]: "canary-key-for-some" });
  expect([answer.status, answer.headers.get("apim-trace-id")]).toEqual([200, null]);
  expect(gateway.traces.list().map(({ status }) => status)).toEqual([401, 401]);
  await gateway.close();
});

it.each([
  ["kept", {}, false],
  ["kept with recordings", { record: true }, true],
])("a trace that is %s says what its request depended on: %j", async (_what, options, isRecorded) => {
  const { gateway, ask } = await world(options);
  const { id } = await ask({ [debug]: debugToken(key, { api: "*", expiresAt: later }) });
  expect((gateway.traces!.get(id!)!.recording ?? null) !== null).toBe(isRecorded);
});
