import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, get, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { started } from "../node/servers.js";
import { running } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-run-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("turnpike run lets requests and one-way calls finish on SIGTERM", async () => {
  const waiting = new Map<string, ServerResponse>();
  const upstream = await started(createServer((incoming, outgoing) => void waiting.set(incoming.url!, outgoing)));
  const url = `http://127.0.0.1:${upstream.port}`;
  const policy = join(folder, "policy.xml");
  writeFileSync(
    policy,
    `<policies><inbound><send-one-way-request><set-url>${url}/side</set-url></send-one-way-request></inbound>
      <backend><forward-request /></backend></policies>`,
  );
  const { url: listening, ended } = await running(policy, "--backend", url);
  let code: number | null = null;
  void ended.then((result) => (code = result));
  const answer = new Promise<string>((resolve) =>
    get(`${listening}/x`, (incoming) => {
      let text = "";
      incoming.on("data", (chunk: Buffer) => (text += chunk.toString())).on("end", () => resolve(text));
    }),
  );
  await vi.waitFor(() => expect([...waiting.keys()].sort()).toEqual(["/side", "/x"]));
  process.emit("SIGTERM");
  await expect(fetch(`${listening}/y`)).rejects.toThrow();
  waiting.get("/x")!.end("done");
  expect(await answer).toBe("done");
  expect(code).toBeNull();
  waiting.get("/side")!.end();
  expect(await ended).toBe(0);
  upstream.closeAllConnections();
  upstream.close();
});
