import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@turnpike/adapters/node";
import { createGateway } from "@turnpike/core";
import { expect, it } from "vitest";
import { MemoryGuard } from "#adapters/cli/run/memory-guard.js";

const limits = { process: 1000, heap: 500 };
const silent = { debug() {}, info() {}, child: () => silent };

it.each([
  ["the process", { process: 899, heap: 0 }, { process: 900, heap: 0 }, { process: 800, heap: 0 }, { process: 799, heap: 0 }],
  ["the heap", { process: 0, heap: 449 }, { process: 0, heap: 450 }, { process: 0, heap: 400 }, { process: 0, heap: 399 }],
])("takes no more at 90 %% of what %s may take, and again below 80 %%", (_what, below, full, still, room) => {
  const said: string[] = [];
  const say = (_fields: object, message: string): void => void said.push(message);
  let use = below;
  const guard = new MemoryGuard(limits, { ...silent, warn: say, error: say } as never, () => use);
  const states = [below, full, full, still, room].map((now) => {
    use = now;
    guard.look();
    return guard.isFull;
  });
  guard.close();
  expect(states).toEqual([false, true, true, true, false]);
  expect(said).toEqual(["memory short", "memory back"]);
});

it("a full gateway finishes what is under way, answers probes, and has others come again", async () => {
  let isFull = false;
  let finish = (): void => {};
  const held = new Promise<void>((resolve) => (finish = resolve));
  const outcomes: number[] = [];
  const gateway = await createGateway(
    {
      apis: {
        a: {
          path: "a",
          subscriptionRequired: false,
          serviceUrl: "http://a.example",
          operations: { all: { method: "GET", urlTemplate: "/*" } },
        },
      },
    },
    { fetch: () => held.then(() => new Response("done")), onOutcome: ({ status }) => void outcomes.push(status) },
  );
  const server = createServer();
  const { close } = serve(server, gateway, { isFull: () => isFull });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const underWay = fetch(`${url}/a/1`);
  await expect.poll(() => gateway.configuration.apis.size).toBe(1);
  await fetch(`${url}/status-0123456789abcdef`);
  isFull = true;
  const refused = await fetch(`${url}/a/2`);
  expect([refused.status, refused.headers.get("retry-after"), await refused.json()]).toEqual([
    503,
    "1",
    { statusCode: 503, message: "The gateway is short of memory" },
  ]);
  expect((await fetch(`${url}/status-0123456789abcdef`)).status).toBe(200);
  finish();
  expect(await (await underWay).text()).toBe("done");
  isFull = false;
  expect((await fetch(`${url}/a/3`)).status).toBe(200);
  await close();
  await gateway.close();
  expect(outcomes).toContain(503);
});
