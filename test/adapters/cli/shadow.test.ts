import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "@turnpike/adapters/cli";
import { afterAll, expect, it, vi } from "vitest";
import { sampleOf, samplesOf } from "../admin/prometheus.js";
import { started } from "../node/servers.js";
import { turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-shadow-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const document = (value: string): string => `<policies><inbound><base /></inbound><backend><base /></backend>
  <outbound><base /><set-header name="X-A" exists-action="override"><value>${value}</value></set-header></outbound><on-error><base /></on-error></policies>`;

it("turnpike run --shadow tells what another configuration would change, and follows it", async () => {
  let calls = 0;
  const upstream = await started(
    createServer((_, outgoing) => {
      calls++;
      outgoing.end("from the backend");
    }),
  );
  writeFileSync(at("live.xml"), document("1"));
  writeFileSync(at("next.xml"), document("2"));
  const lines: string[] = [];
  const complaints: string[] = [];
  const options = ["--backend", `http://127.0.0.1:${upstream.port}`, "--port", "0", "--admin", "0", "--json"];
  const following = ["--shadow", at("next.xml"), "--shadow-sample", "100%", "--watch", "--interval", "0.1"];
  const running = main(["run", at("live.xml"), ...options, ...following], {
    stdout: process.stdout,
    stderr: process.stderr,
    print: (text) => void lines.push(...text.split("\n")),
    complain: (line) => void complaints.push(line),
  });
  const urlOf = (event: string): string | undefined =>
    lines.map((line) => JSON.parse(line) as { Event?: string; Url: string }).find(({ Event }) => Event === event)?.Url;
  await vi.waitFor(() => expect(urlOf("admin")).toBeDefined(), 20_000);
  const [gateway, admin] = [urlOf("listening")!, urlOf("admin")!];
  const report = async () => (await (await fetch(`${admin}/shadow`)).json()) as { requests: object; operations: object[] };

  const answer = await fetch(`${gateway}/x`);
  expect([answer.headers.get("x-a"), await answer.text()]).toEqual(["1", "from the backend"]);
  await vi.waitFor(async () => expect((await report()).requests).toMatchObject({ compared: 1, differing: 1 }));
  expect((await report()).operations).toMatchObject([
    { api: "api", differing: 1, kinds: [{ what: "header x-a", count: 1, examples: [{ live: "1", shadow: "2" }] }] },
  ]);
  expect(calls).toBe(1);
  const samples = samplesOf(await (await fetch(`${admin}/metrics`)).text());
  expect(sampleOf(samples, "turnpike_shadow_requests_total", { result: "differing" })).toBe(1);
  const told = lines.map((line) => JSON.parse(line) as object).find((line) => "event" in line);
  expect(told).toMatchObject({ Event: "log", Level: "warn", event: "shadow", what: "header x-a", live: "1", shadow: "2" });

  // A broken one changes nothing; a mended one takes its place, and the report begins anew.
  writeFileSync(at("next.xml"), "<policies");
  await vi.waitFor(() => expect(complaints.join("\n")).toContain(`The shadow ${at("next.xml")} stays as it was.`), 20_000);
  writeFileSync(at("next.xml"), document("1"));
  utimesSync(at("next.xml"), new Date(), new Date(Date.now() - 5_000));
  await vi.waitFor(() => expect(complaints.join("\n")).toContain(`The shadow ${at("next.xml")} was read again.`), 20_000);
  await fetch(`${gateway}/x`);
  await vi.waitFor(async () => expect((await report()).requests).toMatchObject({ compared: 1, differing: 0 }));

  process.emit("SIGTERM");
  expect(await running).toBe(0);
  upstream.closeAllConnections();
  upstream.close();
});

it("a shadow with errors does not start, nor does the gateway", async () => {
  writeFileSync(at("live.xml"), document("1"));
  writeFileSync(at("broken.xml"), "<policies><inbound><no-such-policy /></inbound></policies>");
  const { code, err } = await turnpike(
    "run",
    at("live.xml"),
    "--backend",
    "http://127.0.0.1:9",
    "--port",
    "0",
    "--shadow",
    at("broken.xml"),
  );
  expect(code).toBe(1);
  expect(err).toContain("no-such-policy");
  expect(err).toContain("does not start");
});

it.each([
  [["--shadow-sample", "0.1"], "'--shadow-sample' goes with --shadow CONFIG."],
  [
    ["--shadow", "live.xml", "--shadow-sample", "10"],
    "Invalid value '10' of '--shadow-sample': expected a share from 0 to 1, or a percentage such as 10%.",
  ],
  [
    ["--shadow", "live.xml", "--shadow-sample", "101%"],
    "Invalid value '101%' of '--shadow-sample': expected a share from 0 to 1, or a percentage such as 10%.",
  ],
])("%j is a wrong call", async (options, message) => {
  writeFileSync(at("live.xml"), document("1"));
  const args = options.map((option) => (option === "live.xml" ? at("live.xml") : option));
  const { code, err } = await turnpike("run", at("live.xml"), "--backend", "http://127.0.0.1:9", ...args);
  expect([code, err]).toEqual([2, `turnpike: ${message}`]);
});
