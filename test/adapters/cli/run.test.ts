import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, get, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "@turnpike/adapters/cli";
import { afterAll, expect, it, vi } from "vitest";
import { started } from "../node/servers.js";

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
  const lines: string[] = [];
  let code: number | null = null;
  const running = main(["run", policy, "--backend", url, "--port", "0", "--json"], {
    stdout: process.stdout,
    stderr: process.stderr,
    print: (line) => void lines.push(line),
    complain: (line) => void lines.push(line),
  }).then((result) => (code = result));
  await vi.waitFor(() => expect(lines.length).toBe(1));
  const { Url: listening } = JSON.parse(lines[0]!) as { Url: string };
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
  await running;
  expect(code).toBe(0);
  upstream.closeAllConnections();
  upstream.close();
});
