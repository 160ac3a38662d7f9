import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Gateway, ShadowReport } from "@turnpike/core";
import { afterAll, expect, it, vi } from "vitest";
import { listen } from "./mount.js";

// The first example takes all sources through the compiler.
vi.setConfig({ testTimeout: 120_000 });

const root = new URL("../../", import.meta.url);
// Examples must lie in the tree: what lies elsewhere is not taken through the tests' resolution of sources.
const folder = new URL("test/adapters/.guides/", root);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The example of a guide, as the module that it is. */
async function example(name: string): Promise<Record<string, unknown>> {
  const text = readFileSync(new URL(`docs/guides/${name}.md`, root), "utf8");
  const code = /```js run\n(.*?)```/s.exec(text)![1]!;
  const local = code
    .replace(/"@turnpike\/core"/g, JSON.stringify(new URL("packages/core/src/index.ts", root).pathname))
    .replace(/"@turnpike\/adapters\/(\w+)"/g, (_, path: string) =>
      JSON.stringify(new URL(`packages/adapters/src/${path}/index.ts`, root).pathname),
    )
    .replace(/"(express|fastify)"/g, (_, path: string) =>
      JSON.stringify(new URL(`packages/adapters/node_modules/${path}/${path === "express" ? "index" : path}.js`, root).pathname),
    );
  mkdirSync(folder, { recursive: true });
  const file = new URL(`${name}.mjs`, folder);
  writeFileSync(file, local);
  return (await import(/* @vite-ignore */ file.pathname)) as Record<string, unknown>;
}

const expected = { id: "7", caller: "anonymous", operation: "get" };

it("the Express guide's example runs", async () => {
  const { app } = await example("express");
  const server = await listen(app as RequestListener);
  const response = await fetch(`${server.url}/orders/7`);
  expect([response.headers.get("x-gateway"), await response.json()]).toEqual(["turnpike", expected]);
  await server.close();
});

it("the guide to Node's servers has an example that runs, and ends", async () => {
  const { server, shutDown } = (await example("node")) as { server: Server; shutDown: () => Promise<void> };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/orders/7`);
  expect([response.headers.get("x-gateway"), await response.text()]).toEqual(["turnpike", "/orders/7"]);
  await shutDown();
  expect(server.listening).toBe(false);
});

it("the Fastify guide's example runs", async () => {
  const app = (await example("fastify"))["app"] as { inject(url: string): Promise<{ headers: object; json(): unknown }> };
  const response = await app.inject("/orders/7");
  expect(response.headers).toMatchObject({ "x-gateway": "turnpike" });
  expect(response.json()).toEqual(expected);
});

it("the fetch guide's example runs", async () => {
  const handle = (await example("fetch"))["handle"] as (request: Request) => Promise<Response>;
  const response = await handle(new Request("https://app.example/orders/7"));
  expect([response.headers.get("x-gateway"), await response.json()]).toEqual(["turnpike", expected]);
});

it("the guide to shadows has an example that tells what differs", async () => {
  const { gateway, report } = (await example("shadow")) as { gateway: Gateway; report: () => ShadowReport };
  await vi.waitFor(() => expect(report().requests.compared).toBe(1));
  expect(report().operations).toMatchObject([
    { api: "orders", operation: "get", differing: 1, kinds: [{ what: "decision" }, { what: "status" }, { what: "error" }] },
  ]);
  await gateway.close();
});
