import { createGateway, type GatewayOutcome, type GatewayWatcher, type TraceDocument } from "@turnpike/core";
import { expect, it } from "vitest";

const api = (status: number) => ({
  apis: {
    a: {
      path: "a",
      subscriptionRequired: false,
      operations: { get: { method: "GET", urlTemplate: "/*" } },
      policy: `<policies><inbound><return-response><set-status code="${status}" reason="x" /></return-response></inbound></policies>`,
    },
  },
});
const REQUEST = { method: "GET", url: "https://g.example/a/1", headers: {} };

/** A watcher that notes what it is told, and asks for a trace of some requests. */
function noting(asks: (count: number) => boolean = () => false) {
  const told: { outcome: GatewayOutcome; trace: TraceDocument | null }[] = [];
  let asked = 0;
  let changes = 0;
  const watcher: GatewayWatcher = {
    isTraced: () => asks(++asked),
    ended: (outcome, trace) => void told.push({ outcome, trace: trace?.() ?? null }),
    changed: () => void changes++,
  };
  return { watcher, told, asked: () => asked, changes: () => changes };
}

it("is told of every request from when it begins to when it ends, with a trace where it asks for one", async () => {
  const gateway = await createGateway(api(201));
  const noted = noting((count) => count === 2);
  await gateway.handle(REQUEST);
  const end = gateway.watch(noted.watcher);
  await gateway.handle(REQUEST);
  await gateway.handle(REQUEST);
  end();
  await gateway.handle(REQUEST);
  expect(noted.told.map(({ outcome, trace }) => [outcome.status, trace?.steps.length ?? null])).toEqual([
    [201, null],
    [201, 1],
  ]);
  await gateway.close();
});

it("asks each of several for themselves, and tells all", async () => {
  const gateway = await createGateway(api(201));
  const [first, second] = [noting(() => true), noting(() => false)];
  gateway.watch(first.watcher);
  const end = gateway.watch(second.watcher);
  await gateway.handle(REQUEST);
  expect([first.asked(), second.asked()]).toEqual([1, 1]);
  expect(second.told[0]!.trace).not.toBeNull();
  end();
  await gateway.handle(REQUEST);
  expect([first.told.length, second.told.length]).toEqual([2, 1]);
  await gateway.close();
});

it("is told of another configuration in force, and of requests that the host refused", async () => {
  const gateway = await createGateway(api(201));
  const noted = noting(() => true);
  gateway.watch(noted.watcher);
  await gateway.update(api(202));
  expect(noted.changes()).toBe(1);
  await expect(gateway.update(api(99_999))).rejects.toThrow();
  expect(noted.changes()).toBe(1);
  gateway.refused({ status: 400, method: "GET", url: "/", ipAddress: "127.0.0.1", why: "The request line is none." });
  expect(noted.told.at(-1)).toMatchObject({ outcome: { status: 400 }, trace: null });
  await gateway.close();
});

it("that fails harms no request, and is named in the log", async () => {
  const logged: string[] = [];
  const logger = { debug() {}, info() {}, warn() {}, error: (_: object, text: string) => void logged.push(text) };
  const gateway = await createGateway(api(201), { logger });
  gateway.watch({
    isTraced: () => false,
    ended: () => {
      throw new Error("no");
    },
  });
  expect((await gateway.handle(REQUEST)).status).toBe(201);
  expect(logged).toEqual(["outcome listener failed"]);
  await gateway.close();
});
