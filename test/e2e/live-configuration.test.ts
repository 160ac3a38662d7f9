import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLiveGateway } from "@turnpike/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

/** Processes of their own, from the built packages. */
const script = (name: string): string => fileURLToPath(new URL(`live/${name}`, import.meta.url));

describe("a thousand reloads under load", () => {
  it("fail no request and leave nothing behind", { timeout: 600_000 }, async () => {
    const child = spawn(process.execPath, ["--expose-gc", script("reloads.mjs"), "1000", "200"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
    const result = JSON.parse(text) as { requests: number; failed: number; example: unknown; before: number; after: number };
    expect(result).toMatchObject({ reloads: 1_000, failed: 0, example: null });
    expect(result.requests).toBeGreaterThan(1_000);
    expect(result.after / result.before).toBeLessThan(1.1);
  });
});

describe("a process that is killed while it keeps the last good configuration", () => {
  const ROUNDS = 25;
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "turnpike-killed-"));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Starts it, and kills it some moment after its first word. Resolves to the last number that it had told to be on disk. */
  function killed(file: string, from: number, after: number): Promise<number> {
    const child = spawn(process.execPath, [script("keep.mjs"), file, String(from)], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      if (text === "") setTimeout(() => child.kill("SIGKILL"), after);
      text += chunk.toString();
    });
    return new Promise((resolve, reject) => {
      child.once("exit", (_, signal) => {
        const whole = text.slice(0, text.lastIndexOf("\n"));
        if (signal === "SIGKILL") resolve(Number(whole.slice(whole.lastIndexOf("\n") + 1)));
        else reject(new Error(`The process ended by itself: ${text}`));
      });
    });
  }

  it("leaves a whole one, the old or the new, whenever that was", { timeout: 600_000 }, async () => {
    const file = join(folder, "last-good");
    let last = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const told = await killed(file, last, Math.random() * 60);
      const down = { name: "down", read: () => Promise.reject(new Error("down")) };
      const live = await createLiveGateway(down, { lastGood: { file }, interval: Number.POSITIVE_INFINITY });
      const { body } = await live.gateway.handle({ method: "GET", url: "https://api.example/api/x", headers: {} });
      const found = Number(Buffer.from(body as Uint8Array).toString());
      await live.close();
      expect(found).toBeGreaterThanOrEqual(told);
      expect(told).toBeGreaterThan(last);
      last = found;
    }
    // What killed processes were writing lies about until it is old enough to be removed; it is never taken for the file.
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(["last-good", "last-good.key"]));
  });
});

describe("turnpike run", () => {
  let folder: string;
  let running: ChildProcess[];
  let servers: Server[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "turnpike-run-"));
    running = [];
    servers = [];
  });

  afterEach(() => {
    for (const child of running) child.kill("SIGKILL");
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(folder, { recursive: true });
  });

  const policy = (word: string): string =>
    `<policies><inbound><return-response><set-status code="200" reason="OK" /><set-body>${word}</set-body></return-response></inbound></policies>`;
  const yaml = (policyPart: string): string =>
    `apis: { api: { path: api, subscriptionRequired: false, operations: { all: { method: GET, urlTemplate: /* } }, policy: ${policyPart} } }\n`;

  /** Writes a file in one step. */
  function write(name: string, text: string): string {
    const path = join(folder, name);
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
    return path;
  }

  function run(...args: string[]) {
    const bin = fileURLToPath(new URL("../../packages/adapters/bin/turnpike.js", import.meta.url));
    const child = spawn(process.execPath, [bin, "run", ...args, "--port", "0"], { stdio: ["ignore", "pipe", "pipe"] });
    running.push(child);
    let text = "";
    const waiting = new Set<() => void>();
    const take = (chunk: Buffer): void => {
      text += chunk.toString();
      for (const look of waiting) look();
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    const ended = once(child, "exit").then(([code]) => code as number | null);
    return {
      ended,
      said: () => text,
      /** Waits until it has said something. */
      saying: (pattern: RegExp): Promise<void> =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            if (!pattern.test(text)) return;
            waiting.delete(look);
            resolve();
          };
          waiting.add(look);
          look();
          void ended.then((code) => reject(new Error(`It ended with ${code}: ${text}`)));
        }),
      answer: async (): Promise<string> => (await fetch(`${/on (http:\S+)/.exec(text)![1]!}/api/x`)).text(),
      stop: async (): Promise<number | null> => {
        child.kill("SIGTERM");
        return ended;
      },
    };
  }

  async function serving(listener: RequestListener): Promise<{ url: string; server: Server }> {
    const server = createServer(listener);
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/gateway.yaml` };
  }

  it("--watch puts changed files in force, also those that come later, and refuses what is wrong", {
    timeout: 120_000,
  }, async () => {
    const config = write("gateway.yaml", yaml("{ file: policy.xml }"));
    write("policy.xml", policy("one"));
    const gateway = run(config, "--watch", "--interval", "0.2");
    await gateway.saying(/Turnpike serves/);
    expect(await gateway.answer()).toBe("one");
    write("policy.xml", policy("two"));
    await gateway.saying(/is in force/);
    expect(await gateway.answer()).toBe("two");
    write("gateway.yaml", yaml("{ file: later.xml }"));
    await gateway.saying(/later.xml cannot be read[\s\S]*The configuration in force stays/);
    expect(await gateway.answer()).toBe("two");
    write("later.xml", policy("three"));
    await gateway.saying(/is in force[\s\S]*is in force/);
    expect(await gateway.answer()).toBe("three");
    expect(await gateway.stop()).toBe(0);
  });

  it("a URL is followed, and the last good configuration served while it is down", { timeout: 120_000 }, async () => {
    let word = "one";
    const { url, server } = await serving((_, response) => response.end(yaml(`'${policy(word)}'`)));
    const lastGood = ["--interval", "0.2", "--last-good", join(folder, "last-good")];
    const first = run(url, ...lastGood);
    await first.saying(/Turnpike serves/);
    expect(await first.answer()).toBe("one");
    word = "two";
    await first.saying(/read again and is in force/);
    expect(await first.answer()).toBe("two");
    expect(await first.stop()).toBe(0);

    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const second = run(url, ...lastGood);
    await second.saying(/Turnpike serves/);
    expect(second.said()).toMatch(/the last good configuration is served, of \d{4}-/);
    expect(await second.answer()).toBe("two");
    word = "three";
    server.listen(Number(new URL(url).port), "127.0.0.1");
    await second.saying(/read again and is in force/);
    expect(await second.answer()).toBe("three");
    expect(await second.stop()).toBe(0);
  });

  it("with nothing to serve it ends with 1", { timeout: 60_000 }, async () => {
    const gateway = run("http://127.0.0.1:1/gateway.yaml", "--last-good", join(folder, "last-good"));
    expect(await gateway.ended).toBe(1);
    expect(gateway.said()).toMatch(/The configuration cannot be had: /);
  });

  it.each([
    [["gateway.yaml", "--interval", "0"], /Invalid interval/],
    [["no-such.yaml"], /no such file/],
    [["no-such.xml", "--last-good", "x"], /has no backend/],
  ])("is called wrongly with %j", { timeout: 60_000 }, async (args, message) => {
    const [config, ...rest] = args as [string, ...string[]];
    write("gateway.yaml", "apis: {}");
    const gateway = run(join(folder, config), "--watch", ...rest);
    expect(await gateway.ended).toBe(2);
    expect(gateway.said()).toMatch(message);
  });
});
