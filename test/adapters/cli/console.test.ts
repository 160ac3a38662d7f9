import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConsoleFacts, GatewayState, RequestPage } from "@turnpike/adapters/console";
import { afterAll, describe, expect, it } from "vitest";
import { running, turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-console-"));
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
