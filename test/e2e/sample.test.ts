import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** The sample gateway as `npm start` runs it, from the built packages, on a free port. */
let child: ChildProcess;
let base = "";
const tokens: Record<string, string> = {};

beforeAll(async () => {
  const script = fileURLToPath(new URL("../../sample/start.mjs", import.meta.url));
  child = spawn(process.execPath, [script, "--port", "0"], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  await new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      text += chunk.toString();
      if (text.includes("Ctrl+C")) resolve();
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.once("exit", (code) => reject(new Error(`The sample ended with ${code}: ${text}`)));
  });
  base = /on (http:\/\/\S+)/.exec(text)![1]!;
  for (const [, name, token] of text.matchAll(/^ {2}(READER|WRITER|EXPIRED)=(\S+)$/gm)) tokens[name!] = token!;
}, 30_000);

afterAll(() => {
  child.removeAllListeners("exit").kill();
});

function call(path: string, options: { token?: string; key?: string; method?: string; body?: string }): Promise<Response> {
  return fetch(base + path, {
    method: options.method ?? "GET",
    headers: {
      ...(options.token === undefined ? {} : { Authorization: `Bearer ${tokens[options.token]}` }),
      ...(options.key === undefined ? {} : { "Ocp-Apim-Subscription-Key": options.key }),
    },
    ...(options.body === undefined ? {} : { body: options.body }),
  });
}

describe("the sample of npm start", () => {
  it("lets a reader read and strips what the upstream says of itself", async () => {
    const response = await call("/payments/accounts", { token: "READER", key: "key-gold" });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-made-by")).toBe("upstream");
    expect(response.headers.get("x-powered-by")).toBeNull();
    expect(response.headers.get("x-ratelimit-remaining")).toMatch(/^\d+$/);
    expect(await response.json()).toMatchObject({ accounts: [{ id: "a-1" }, { id: "a-2" }] });
  });

  it.each([
    [{ token: "READER" }, "/payments/accounts", 401, "gateway: authorization (routing)", "SubscriptionKeyNotFound"],
    [{ token: "EXPIRED", key: "key-gold" }, "/payments/accounts", 401, "gateway: validate-jwt (inbound)", "TokenExpired"],
    [{ key: "key-gold" }, "/payments/accounts", 401, "gateway: validate-jwt (inbound)", "TokenNotPresent"],
    [{ token: "READER", key: "key-gold" }, "/payments/nowhere", 404, "gateway: configuration (routing)", "OperationNotFound"],
  ])("%j at %s is answered %d by %s", async (options, path, status, madeBy, code) => {
    const response = await call(path, options);
    expect(response.status).toBe(status);
    expect(response.headers.get("x-made-by")).toBe(madeBy);
    expect(await response.json()).toMatchObject({ error: { code } });
  });

  it("lets only writers write, and tries again when the upstream is busy", async () => {
    const refused = await call("/payments/payments", { token: "READER", key: "key-gold", method: "POST", body: '{"amount":5}' });
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-made-by")).toBe("gateway: return-response (inbound)");
    const created = await call("/payments/payments", { token: "WRITER", key: "key-gold", method: "POST", body: '{"amount":5}' });
    expect(created.status).toBe(201);
    expect(await created.json()).toEqual({ id: "p-1" });
  });

  it("answers a second question about rates from the cache", async () => {
    const first = await call("/payments/rates?pair=EURGBP", { token: "READER", key: "key-gold" });
    const second = await call("/payments/rates?pair=EURGBP", { token: "READER", key: "key-gold" });
    expect(first.headers.get("x-made-by")).toBe("upstream");
    expect(second.headers.get("x-made-by")).toBe("gateway: cache-lookup (inbound)");
    expect(await second.text()).toBe(await first.text());
  });

  it("throttles the starter plan at the sixth call", async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await call("/payments/accounts", { token: "READER", key: "key-tin" })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it("answers liveness probes", async () => {
    expect((await fetch(`${base}/status-0123456789abcdef`)).status).toBe(200);
  });
});
