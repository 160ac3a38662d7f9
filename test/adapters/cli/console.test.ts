import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConsoleFacts, GatewayState, RequestPage } from "@turnpike/adapters/console";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { running, turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-console-"));
afterEach(() => void vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true }));
const config = join(folder, "gateway.yaml");
writeFileSync(
  config,
  `apis:
  a:
    path: a
    subscriptionRequired: false
    operations: { get: { method: GET, urlTemplate: "/*" } }
    policy: <policies><inbound><return-response><set-status code="418" reason="x" /></return-response></inbound></policies>
`,
);

describe("turnpike run --console", () => {
  it.each([
    [["--console=read,127.0.0.1:0"], true],
    [["--console=write,127.0.0.1:0"], false],
    [["--console", "write,0"], false],
    [["--console", "127.0.0.1:0"], true],
  ])("%j serves a console of the gateway", async (args, isReadOnly) => {
    const { url: gateway, urlOf, stop } = await running(config, ...args);
    const page = urlOf("console");
    const ask = async <T>(path: string) => (await (await fetch(`${page}${path}`)).json()) as T;
    expect(await ask<ConsoleFacts>("api/facts")).toMatchObject({ isReadOnly });
    expect((await fetch(`${gateway}/a/1`)).status).toBe(418);
    await expect.poll(async () => (await ask<RequestPage>("api/requests")).rows.map(({ status }) => status)).toEqual([418]);
    expect((await ask<GatewayState>("api/state")).source).toMatchObject({ source: config, problem: null });
    expect(await stop()).toBe(0);
    await expect(fetch(`${page}api/facts`)).rejects.toThrow();
  });

  it("asks for the key where there is one, also on other addresses than those of the loopback, and shows it nowhere", async () => {
    const key = "CANARY-operator-key-of-32-characters";
    vi.stubEnv("TURNPIKE_ADMIN_KEY", key);
    const { urlOf, lines, complaints, stop } = await running(config, "--console=read,0.0.0.0:0", "--admin=0.0.0.0:0");
    const at = (event: string, path: string): string => `http://127.0.0.1:${new URL(urlOf(event)).port}${path}`;
    const basic = (password: string): string => `Basic ${Buffer.from(`someone:${password}`).toString("base64")}`;
    const status = async (url: string, authorization?: string): Promise<number> =>
      (await fetch(url, authorization === undefined ? {} : { headers: { Authorization: authorization } })).status;
    for (const url of [at("console", "/"), at("console", "/api/facts"), at("admin", "/health"), at("admin", "/metrics")]) {
      expect(await status(url), url).toBe(401);
      for (const wrong of [basic("guess"), "Bearer guess", basic(""), `Digest ${key}`])
        expect(await status(url, wrong)).toBe(401);
      expect(await status(`${url}?key=${key}`)).toBe(401);
      expect(await status(url, basic(key))).toBe(200);
      expect(await status(url, `Bearer ${key}`)).toBe(200);
    }
    expect((await fetch(at("console", "/"))).headers.get("WWW-Authenticate")).toMatch(/^Basic realm=/);
    for (const probe of ["/livez", "/readyz", "/startupz"]) expect(await status(at("admin", probe))).toBe(200);
    expect(await stop()).toBe(0);
    expect([...lines, ...complaints].join("\n")).not.toContain("CANARY");
  });

  it.each([
    ["--console=read,0.0.0.0:0", "'--console' needs a key where other machines reach it: 0.0.0.0 is no loopback address."],
    ["--admin=0.0.0.0:0", "'--admin' needs a key where other machines reach it: 0.0.0.0 is no loopback address."],
  ])("does not start without a key where others reach it: %s", async (option, message) => {
    const { code, err } = await turnpike("run", config, "--port", "0", option);
    expect([code, err.includes(message), err.includes("TURNPIKE_ADMIN_KEY")]).toEqual([2, true, true]);
  });

  it("takes no key that is short", async () => {
    vi.stubEnv("TURNPIKE_ADMIN_KEY", "short");
    const { code, err } = await turnpike("run", config, "--port", "0", "--console=read,127.0.0.1:0");
    expect([code, err]).toEqual([2, expect.stringContaining("Invalid TURNPIKE_ADMIN_KEY: expected at least 32 characters.")]);
  });

  it.each([
    ["write,0.0.0.0:9465", "'--console' lets nobody send requests from other machines: 0.0.0.0 is no loopback address."],
    [
      "write,console.example:9465",
      "'--console' lets nobody send requests from other machines: console.example is no loopback address.",
    ],
    ["erase", "Invalid value 'erase' of '--console': expected read or write, HOST:PORT, or both with a comma between."],
    ["read,99999", "Invalid value 'read,99999' of '--console'"],
  ])("refuses %s", async (value, message) => {
    const { code, err } = await turnpike("run", config, "--port", "0", `--console=${value}`);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
