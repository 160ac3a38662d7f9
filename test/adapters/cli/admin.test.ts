import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { sampleOf, samplesOf } from "../admin/prometheus.js";
import { running, turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-admin-"));
afterAll(() => rmSync(folder, { recursive: true }));

const POLICY = `<policies><inbound><return-response><set-status code="200" reason="OK" /></return-response></inbound></policies>`;

it("turnpike run --admin serves metrics, probes and state beside the gateway", async () => {
  const policy = join(folder, "policy.xml");
  writeFileSync(policy, POLICY);
  const { url: gateway, urlOf, stop } = await running(policy, "--backend", "http://127.0.0.1:9", "--admin", "0");
  const admin = urlOf("admin");
  expect((await fetch(`${gateway}/x`)).status).toBe(200);
  await vi.waitFor(async () => {
    const samples = samplesOf(await (await fetch(`${admin}/metrics`)).text());
    expect(sampleOf(samples, "turnpike_http_request_duration_seconds_count", { api: "api", status: "2xx" })).toBe(1);
    expect(sampleOf(samples, "process_cpu_seconds_total")).toBeGreaterThan(0);
  });
  expect((await fetch(`${admin}/readyz`)).status).toBe(200);
  expect((await fetch(`${gateway}/metrics`)).status).toBe(200);
  expect(await (await fetch(`${gateway}/metrics`)).text()).toBe("");
  // A name that leads to this machine is a page's in a browser.
  const { port } = new URL(admin);
  const status = await new Promise((resolve) =>
    request({ port, host: "127.0.0.1", path: "/health", headers: { host: "attacker.example" } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).end(),
  );
  expect(status).toBe(421);
  expect(await stop()).toBe(0);
  await expect(fetch(`${admin}/livez`)).rejects.toThrow();
});

it.each([
  ["--admin=nowhere", "Invalid value 'nowhere' of '--admin': expected HOST:PORT or PORT."],
  ["--admin=127.0.0.1:70000", "Invalid value '127.0.0.1:70000' of '--admin': expected HOST:PORT or PORT."],
])("%s is refused", async (option, message) => {
  const policy = join(folder, "policy.xml");
  writeFileSync(policy, POLICY);
  const { code, err } = await turnpike("run", policy, "--backend", "http://127.0.0.1:9", option);
  expect([code, err]).toEqual([2, `turnpike: ${message}`]);
});
