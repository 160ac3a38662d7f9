import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { running, turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-settings-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.unstubAllEnvs());

/** A configuration whose API tells by which scheme a request has come; `run` is its block. */
function configuration(run: object): string {
  const file = join(folder, "gateway.json");
  const policy = `<policies><inbound><return-response><set-body>@(context.Request.OriginalUrl.Scheme)</set-body></return-response></inbound></policies>`;
  const operations = { get: { method: "GET", urlTemplate: "/*" } };
  writeFileSync(file, JSON.stringify({ run, apis: { a: { path: "a", subscriptionRequired: false, policy, operations } } }));
  return file;
}

/** The scheme that a gateway with these settings takes requests to have come by. */
async function schemeOf(run: object, env: Readonly<Record<string, string>>, ...args: string[]): Promise<string> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const { url, stop } = await running(configuration(run), ...args);
  try {
    return await (await fetch(`${url}/a/1`, { headers: { "X-Forwarded-Proto": "https" } })).text();
  } finally {
    await stop();
  }
}

describe("settings of turnpike run", () => {
  it.each([
    ["none", {}, {}, [], "http"],
    ["the configuration", { trustProxy: ["127.0.0.0/8"] }, {}, [], "https"],
    ["a variable", {}, { TURNPIKE_TRUST_PROXY: "all" }, [], "https"],
    ["a variable before the configuration", { trustProxy: "all" }, { TURNPIKE_TRUST_PROXY: "10.0.0.0/8" }, [], "http"],
    ["an option before a variable", {}, { TURNPIKE_SCHEME: "http" }, ["--scheme", "https"], "https"],
    ["a switch of the configuration", { strict: true, log: "json" }, {}, [], "http"],
  ])("come from %s", async (_where, run, env, args, scheme) => {
    expect(await schemeOf(run, env, ...args)).toBe(scheme);
  });

  it("stand on the page of the reference as they are: `pnpm run reference` writes it", async () => {
    const { runPage } = await import("../../../scripts/run-page.mjs");
    expect(readFileSync(new URL("../../../docs/reference/run.md", import.meta.url), "utf8")).toBe(runPage());
  });

  it("take no port from what Kubernetes says of a service called turnpike", async () => {
    vi.stubEnv("TURNPIKE_PORT", "tcp://10.0.0.1:8080");
    const { stop } = await running(configuration({}));
    expect(await stop()).toBe(0);
  });

  it.each([
    [{ trustProxy: "nowhere" }, {}, "Invalid value 'nowhere' of 'run.trustProxy': expected addresses and networks, or 'all'."],
    [{}, { TURNPIKE_BODY_LIMIT: "much" }, "Invalid value 'much' of 'TURNPIKE_BODY_LIMIT': expected bytes"],
    [{}, { TURNPIKE_STRICT: "maybe" }, "Invalid value 'maybe' of 'TURNPIKE_STRICT': expected true or false."],
    [{ trustproxy: "all" }, {}, "Invalid key 'run.trustproxy'"],
    [{ backend: "http://127.0.0.1:1" }, {}, "Invalid key 'run.backend'"],
    [
      {},
      { "observability.opentelemetry.enabled": "2" },
      "Invalid value '2' of 'observability.opentelemetry.enabled': expected true",
    ],
    [{}, { TURNPIKE_WORKERS: "none" }, "Invalid value 'none' of 'TURNPIKE_WORKERS'"],
  ])("say where %j with %j is wrong", async (run, env, message) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const { code, err } = await turnpike("run", configuration(run), "--port", "0");
    expect([code, err.includes(message)]).toEqual([2, true]);
  });

  it("of the self-hosted gateway are understood where they mean the same; the others are named without their values", async () => {
    vi.stubEnv("telemetry.logs.std", "none");
    vi.stubEnv("config.service.endpoint", "contoso.configuration.azure-api.net");
    vi.stubEnv("config.service.auth", "GatewayKey CANARY-settings");
    vi.stubEnv("net.server.http.forwarded.proto.enabled", "true");
    const { url, complaints, lines, stop } = await running(configuration({}));
    await (await fetch(`${url}/a/1`)).text();
    await stop();
    expect(complaints[0]).toContain(
      "Settings of the self-hosted gateway that are not used: config.service.auth, config.service.endpoint, net.server.http.forwarded.proto.enabled.",
    );
    expect([...complaints, ...lines].join("\n")).not.toContain("CANARY");
  });
});
