import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const bin = fileURLToPath(new URL("../../packages/adapters/bin/turnpike.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "turnpike-parallel-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** As a user calls it: threads are started from the built package. */
function turnpike(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) =>
    execFile(process.execPath, [bin, ...args], { cwd: folder, maxBuffer: 1e8 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    ),
  );
}

writeFileSync(
  join(folder, "policy.xml"),
  `<policies><inbound><choose>
    <when condition="@(context.Request.Headers.GetValueOrDefault(&quot;X-N&quot;, &quot;&quot;) == &quot;1&quot;)"><return-response><set-status code="201" reason="One" /></return-response></when>
    <when condition="@(context.Request.Headers.GetValueOrDefault(&quot;X-N&quot;, &quot;&quot;) == &quot;2&quot;)"><return-response><set-status code="202" reason="Two" /></return-response></when>
  </choose></inbound><backend><forward-request /></backend></policies>`,
);
const test = (name: string, n: number, status: number, more = ""): string =>
  `  - { name: "${name}", ${more}request: { method: GET, url: https://api.example/x, headers: { X-N: "${n}" } }, expect: { status: ${status} } }\n`;
for (let file = 0; file < 8; file++)
  writeFileSync(
    join(folder, `f${file}.policy-test.yaml`),
    `policy: ./policy.xml\ntests:\n${test(`first of ${file}`, file % 4, [200, 201, 202, 200][file % 4]!)}${
      file === 3 ? test("wrong", 1, 418) : file === 5 ? test("alone", 2, 202, "only: true, ") : test("second", 0, 200)
    }`,
  );
writeFileSync(join(folder, "f6.policy-test.yaml"), `policy: ./missing.xml\ntests:\n${test("never", 0, 200)}`);

const withoutTimes = (text: string): string => text.replace(/"ms":\d+/g, '"ms":0').replace(/\(\d+ ms\)/, "(0 ms)");

describe("turnpike test --jobs", () => {
  it.each([
    [["--json", "--verbose"]],
    [["--bail"]],
    [["--json", "-t", "second"]],
    [["--coverage", "--coverage-format", "json"]],
    [["--coverage", "--coverage-format", "lcov", "--bail"]],
    [["--reporter", "pretty", "--verbose"]],
  ])("prints the same with one thread and with several: %j", async (options) => {
    const [single, several] = await Promise.all([
      turnpike("test", folder, ...options, "--jobs", "1"),
      turnpike("test", folder, ...options, "--jobs", "3"),
    ]);
    expect({ ...several, out: withoutTimes(several.out) }).toEqual({ ...single, out: withoutTimes(single.out) });
    expect(single.out).toContain("second");
    expect(single.code).toBe(options.includes("-t") ? 0 : 1);
  });

  it("takes snapshots in several threads", async () => {
    const inner = join(folder, "snapshots");
    mkdirSync(inner);
    for (let file = 0; file < 4; file++)
      writeFileSync(
        join(inner, `s${file}.policy-test.yaml`),
        `policy: ../policy.xml\ntests:\n  - { name: s, request: { method: GET, url: https://api.example/x }, expect: { snapshot: true } }\n`,
      );
    expect((await turnpike("test", inner, "--update", "--jobs", "3")).code).toBe(0);
    expect(readdirSync(inner).filter((name) => name.endsWith(".snapshot.json"))).toHaveLength(4);
    expect((await turnpike("test", inner, "--jobs", "3")).code).toBe(0);
  });

  it("runs policies of one's own in every thread", async () => {
    const inner = join(folder, "own");
    mkdirSync(inner);
    writeFileSync(
      join(inner, "own.mjs"),
      `export const answer = {
        name: "own-answer", category: "routing", summary: "Answers.", sections: ["inbound"], scopes: ["api"], attributes: {}, children: {},
        compile: () => (exchange) => { exchange.response.status = 299; return "stop"; },
      };`,
    );
    for (let file = 0; file < 4; file++)
      writeFileSync(
        join(inner, `o${file}.policy-test.yaml`),
        `policy: <policies><inbound><own-answer /></inbound></policies>\ntests:\n${test("own", 0, 299)}`,
      );
    const { code, out, err } = await turnpike("test", inner, "--policies", join(inner, "own.mjs"), "--jobs", "3");
    expect({ code, err, out }).toMatchObject({ code: 0, err: "", out: expect.stringContaining("4 passed, 0 failed") as string });
  });

  it.each(["0", "257", "many", "-1"])("%s is a wrong call", async (jobs) => {
    const { code, err } = await turnpike("test", folder, `--jobs=${jobs}`);
    expect([code, err.trim()]).toEqual([2, `turnpike: Invalid value '${jobs}' of '--jobs': expected a number from 1 to 256.`]);
  });
});
