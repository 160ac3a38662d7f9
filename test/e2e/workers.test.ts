import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { sampleOf, samplesOf } from "../adapters/admin/prometheus.js";
import { type RedisServer, redisServer, whyNoRedis } from "../adapters/redis/server.js";
import { RunProcess } from "./run-process.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-workers-"));
afterAll(() => rmSync(folder, { recursive: true }));

const LIMIT = 40;
const policy = join(folder, "policy.xml");
writeFileSync(
  policy,
  `<policies><inbound><rate-limit-by-key calls="${LIMIT}" renewal-period="300" counter-key="@(context.Request.OriginalUrl.Path)" />
    <choose><when condition="@(context.Request.OriginalUrl.Path == "/crash")"><return-response><set-body>@(new string('x', 9000))</set-body></return-response></when></choose>
    <return-response><set-header name="X-Long" exists-action="override"><value>@(new string('x', 5000))</value></set-header></return-response>
    </inbound></policies>`,
);

let running: RunProcess | null = null;
afterEach(async () => {
  running?.signal("SIGKILL");
  await running?.ended;
  running = null;
});

function started(...args: string[]): RunProcess {
  running = new RunProcess([policy, "--backend", "http://127.0.0.1:1", "--port", "0", "--workers", "2", ...args]);
  return running;
}

/** The status of one call, on a connection of its own: they go to the workers in turn. */
function status(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const agent = new Agent({ maxSockets: 1 });
    const asked = get(url, { agent }, (answer) => {
      answer.resume().on("end", () => {
        agent.destroy();
        resolve(answer.statusCode!);
      });
    });
    asked.on("error", reject);
  });
}

/** How many of so many calls are admitted. */
async function admitted(url: string, calls: number): Promise<number> {
  const statuses = await Promise.all(Array.from({ length: calls }, () => status(url)));
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  return statuses.filter((code) => code === 200).length;
}

const pids = async (admin: string): Promise<number[]> =>
  ((await (await fetch(`${admin}/health`)).json()) as { workers: { pid: number }[] }).workers.map(({ pid }) => pid);

describe("turnpike run --workers", () => {
  it("holds one limit over all workers without Redis, and shows operators all of them", async () => {
    const run = started("--admin", "0");
    const [url, admin] = [await run.url(), await run.url("admin")];
    expect(run.events.filter(({ Event }) => Event === "listening")).toMatchObject([{ Workers: 2 }]);
    expect(await admitted(`${url}/a`, 3 * LIMIT)).toBe(LIMIT);
    expect(new Set(await pids(admin)).size).toBe(2);
    expect(await (await fetch(`${admin}/readyz`)).json()).toMatchObject({ status: "ok", checks: { workers: "2 of 2" } });
    const samples = samplesOf(await (await fetch(`${admin}/metrics`)).text());
    const count = (status: string) => sampleOf(samples, "turnpike_http_request_duration_seconds_count", { api: "api", status });
    expect([count("2xx"), count("4xx")]).toEqual([LIMIT, 2 * LIMIT]);
    // One JSON object a line, however long.
    expect(run.events.filter(({ ResponseCode }) => ResponseCode !== undefined)).toHaveLength(3 * LIMIT);
    expect(await run.stop()).toBe(0);
    expect(run.complaints).toEqual([]);
  });

  it("replaces its workers one after the other at SIGHUP, and one that was killed; counts outlive them", async () => {
    const run = started("--admin", "0");
    const [url, admin] = [await run.url(), await run.url("admin")];
    expect(await admitted(`${url}/a`, 2 * LIMIT)).toBe(LIMIT);
    const before = await pids(admin);
    await fetch(`${admin}/metrics`);
    let isOver = false;
    const meanwhile = (async () => {
      while (!isOver) expect(await status(`${url}/a`)).toBe(429);
    })();
    run.signal("SIGHUP");
    await run.logged("workers replaced");
    const after = await pids(admin);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
    isOver = true;
    await meanwhile;
    process.kill(after[0]!, "SIGKILL");
    await run.logged("worker ended");
    await expect.poll(async () => (await pids(admin)).length, { timeout: 60_000 }).toBe(2);
    expect(await pids(admin)).not.toContain(after[0]);
    expect(await status(`${url}/a`)).toBe(429);
    const samples = samplesOf(await (await fetch(`${admin}/metrics`)).text());
    expect(sampleOf(samples, "turnpike_http_request_duration_seconds_count", { api: "api", status: "2xx" })).toBe(LIMIT);
    expect(await run.stop()).toBe(0);
  });

  it("ends with the code and the complaint of a worker that cannot serve", async () => {
    const broken = join(folder, "broken.yaml");
    writeFileSync(broken, "apis: { a: { path: a, policy: '<policies><inbound><nothing /></inbound></policies>' } }");
    const run = new RunProcess([broken, "--port", "0", "--workers", "2", "--strict"]);
    expect(await run.ended).toBe(1);
    expect(run.complaints.join("\n").match(/TP2002/g)).toHaveLength(1);
    expect(run.lines).toEqual([]);
  });
});

const reason = whyNoRedis();
describe.skipIf(reason !== null)("turnpike run --workers --redis", () => {
  it("holds one limit over the workers of two gateways", async () => {
    const server: RedisServer = await redisServer();
    try {
      const run = started("--redis", server.url);
      const other = new RunProcess([
        policy,
        "--backend",
        "http://127.0.0.1:1",
        "--port",
        "0",
        "--workers",
        "2",
        "--redis",
        server.url,
      ]);
      try {
        const urls = [await run.url(), await other.url()];
        const counts = await Promise.all(urls.map((url) => admitted(`${url}/a`, 2 * LIMIT)));
        expect(counts[0]! + counts[1]!).toBe(LIMIT);
        expect(await other.stop()).toBe(0);
      } finally {
        other.signal("SIGKILL");
      }
      expect(await run.stop()).toBe(0);
    } finally {
      await server.dispose();
    }
  });
});
