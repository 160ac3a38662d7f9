import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TraceDocument } from "@turnpike/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { started } from "../node/servers.js";
import { turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-replay-"));
const at = (name: string): string => join(folder, name);
const key = Buffer.from("not-a-real-key-but-long-enough-for-HS256-0001");
const upstream = createServer((incoming, outgoing) => {
  outgoing.setHeader("Set-Cookie", "sid=canary-cookie-0001; Path=/");
  outgoing.end(JSON.stringify({ path: incoming.url, key: incoming.headers["x-key"] }));
});

function token(claims: object): string {
  const part = (data: object): string => Buffer.from(JSON.stringify(data)).toString("base64url");
  const content = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${content}.${createHmac("sha256", key).update(content).digest("base64url")}`;
}

const configuration = (port: number, calls: number): string => `
namedValues:
  signing-key: { secret: true, value: "${key.toString("base64")}" }
  backend-key: { secret: true, value: canary-backend-0001 }
products: { p: { name: P, apis: [a] } }
subscriptions: { s: { scope: product/p, primaryKey: canary-key-0001 } }
apis:
  a:
    path: a
    serviceUrl: http://127.0.0.1:${port}
    operations: { x: { method: GET, urlTemplate: /x } }
    policy: |
      <policies><inbound><base />
      <validate-jwt header-name="Authorization" require-scheme="Bearer"><issuer-signing-keys><key>{{signing-key}}</key></issuer-signing-keys></validate-jwt>
      <rate-limit-by-key calls="${calls}" renewal-period="60" counter-key="@(context.Request.IpAddress)" remaining-calls-header-name="X-Left" />
      <set-header name="X-Key" exists-action="override"><value>{{backend-key}}</value></set-header></inbound>
      <backend><base /></backend><outbound><base />
      <set-header name="X-Made" exists-action="override"><value>@(Guid.NewGuid() + " " + new Random().Next(1000000) + " " + DateTime.UtcNow.ToString("o"))</value></set-header>
      </outbound><on-error><base /></on-error></policies>
`;

beforeAll(async () => {
  const { port } = await started(upstream);
  writeFileSync(at("gateway.yaml"), configuration(port, 5));
  writeFileSync(at("stricter.yaml"), configuration(port, 1));
  const headers = { "Ocp-Apim-Subscription-Key": "canary-key-0001", Authorization: `Bearer ${token({ sub: "anna", exp: 4e9 })}` };
  writeFileSync(at("request.json"), JSON.stringify({ url: "http://gateway.example/a/x", headers }));
  writeFileSync(at("trace.json"), (await turnpike("trace", at("gateway.yaml"), at("request.json"), "--json")).out);
});
afterAll(() => {
  upstream.close();
  rmSync(folder, { recursive: true });
});

describe("turnpike replay", () => {
  it("runs a recorded request again to the same end, on the configuration that the trace names", async () => {
    const { code, out } = await turnpike("replay", at("trace.json"));
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining("All is as it was.") as string });
  });

  it("says what another configuration changes", async () => {
    const { code, out } = await turnpike("replay", at("trace.json"), "--config", at("stricter.yaml"), "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ same: false, differences: [{ what: "header x-left", before: "4", after: "0" }] });
  });

  it("writes it as a policy test that passes, with tokens issued anew", async () => {
    const file = at("made.policy-test.yaml");
    expect((await turnpike("replay", at("trace.json"), "--to", file)).code).toBe(0);
    expect((await turnpike("test", file)).code).toBe(0);
    const text = readFileSync(file, "utf8");
    expect(text).toContain("{{value:signing-key}}");
    // It tests something: with the answer of another backend it fails.
    writeFileSync(file, text.replace("status: 200", "status: 418"));
    expect((await turnpike("test", file)).code).toBe(1);
  });

  it("holds no secrets", () => {
    for (const name of ["trace.json", "made.policy-test.yaml"])
      expect(readFileSync(at(name), "utf8")).not.toMatch(new RegExp(`canary|eyJ|${key.toString("base64")}`));
  });

  it("tells counters that a request found from the calls before it", async () => {
    const trace = JSON.parse(readFileSync(at("trace.json"), "utf8")) as TraceDocument;
    const [count] = trace.recording!.counters;
    expect(count).toMatchObject({ before: 0, count: 1, admitted: true });
    const counters = [{ ...count!, before: 3, count: 4 }];
    const answer = {
      ...trace.recording!.answer,
      headers: trace.recording!.answer.headers.map(([name, value]) => [name, name === "X-Left" ? "1" : value]),
    };
    writeFileSync(at("later.json"), JSON.stringify({ ...trace, recording: { ...trace.recording, counters, answer } }));
    expect((await turnpike("replay", at("later.json"))).code).toBe(0);
    const file = at("later.policy-test.yaml");
    expect((await turnpike("replay", at("later.json"), "--to", file)).code).toBe(0);
    expect(readFileSync(file, "utf8")).toMatch(/X-Left: "1"/);
  });

  it.each([
    [["replay"], /needs one trace/],
    [["replay", at("request.json")], /expected a trace document/],
    [["replay", at("trace.json"), "--to", "x.yaml"], /expected a name that ends with/],
    [["replay", at("trace.json"), at("gateway.yaml"), "--config", at("gateway.yaml")], /takes one configuration/],
  ])("%j is a wrong call", async (argv, message) => {
    const { code, err } = await turnpike(...argv);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(message) as string });
  });
});
