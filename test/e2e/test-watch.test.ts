import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, it } from "vitest";

const COMMAND = fileURLToPath(new URL("../../packages/adapters/bin/turnpike.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "turnpike-watch-"));
const policyFile = join(folder, "teapot.xml");
const testFile = join(folder, "teapot.policy-test.yaml");

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Saves a file as editors do: another beside it takes its place, which is one change and never half of one. */
function save(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

const answer = (status: number): void =>
  save(
    policyFile,
    `<policies><inbound><return-response><set-status code="${status}" reason="As told" /></return-response></inbound></policies>`,
  );

const expectStatus = (status: number): void =>
  save(
    testFile,
    `policy: ./teapot.xml\ntests:\n  - { name: answers, request: { url: "https://a.example/" }, expect: { status: ${status} } }\n`,
  );

/** `turnpike test --watch` of the last build, as a process of its own. */
function watching(...args: readonly string[]) {
  const child = spawn(process.execPath, [COMMAND, "test", folder, "--watch", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  running.push(child);
  const ended = once(child, "close") as Promise<[code: number | null, signal: string | null]>;
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const complaints = createInterface({ input: child.stderr! })[Symbol.asyncIterator]();
  const until = async (from: AsyncIterator<string>, wanted: RegExp): Promise<string[]> => {
    const read: string[] = [];
    for (let next = await from.next(); next.done !== true; next = await from.next()) {
      read.push(next.value);
      if (wanted.test(next.value)) return read;
    }
    throw new Error(`It has ended without ${wanted}: ${read.join("\n")}`);
  };
  return {
    /** The lines up to the end of a run. */
    verdict: () => until(lines, /\d+ passed, \d+ failed/),
    complaint: (wanted: RegExp) => until(complaints, wanted),
    /** What it has printed beyond that, once it has ended. */
    async linesLeft() {
      const left: string[] = [];
      for (let next = await lines.next(); next.done !== true; next = await lines.next()) left.push(next.value);
      return left;
    },
    end: (signal: NodeJS.Signals) => {
      child.kill(signal);
      return ended;
    },
  };
}

describe("turnpike test --watch", () => {
  it("runs again when the policy or the test changes, and ends by SIGINT with the last verdict", async () => {
    answer(418);
    expectStatus(418);
    const command = watching();
    expect((await command.verdict()).join("\n")).toMatch(/✓ answers[\s\S]*1 passed, 0 failed/);
    answer(503);
    expect((await command.verdict()).join("\n")).toMatch(/✗ answers\n\s+status is 503, expected 418[\s\S]*0 passed, 1 failed/);
    expectStatus(503);
    expect((await command.verdict()).join("\n")).toContain("1 passed, 0 failed");
    answer(404);
    expect((await command.verdict()).join("\n")).toContain("status is 404, expected 503");
    expect(await command.end("SIGINT")).toEqual([1, null]);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends by %s with 0 where the last run has passed", async (signal) => {
    answer(200);
    expectStatus(201);
    const command = watching();
    expect((await command.verdict()).join("\n")).toContain("0 passed, 1 failed");
    answer(201);
    expect((await command.verdict()).join("\n")).toContain("1 passed, 0 failed");
    expect(await command.end(signal)).toEqual([0, null]);
  });

  it("tells of a document that does not compile, and of tests that are gone, and goes on", async () => {
    answer(200);
    expectStatus(200);
    const command = watching();
    await command.verdict();
    save(policyFile, "<policies><inbound><set-statuz /></inbound></policies>");
    expect((await command.verdict()).join("\n")).toContain("set-statuz");
    renameSync(testFile, `${testFile}.away`);
    await command.complaint(/There is no \.policy-test\.yaml file/);
    answer(200);
    renameSync(`${testFile}.away`, testFile);
    expect((await command.verdict()).join("\n")).toContain("1 passed, 0 failed");
    expect(await command.end("SIGINT")).toEqual([0, null]);
  });

  it("does not run again for what the run itself has written", async () => {
    answer(200);
    expectStatus(200);
    const command = watching("--coverage-out", join(folder, "coverage"), "--coverage-format", "cobertura");
    for (const status of [500, 501, 502]) {
      await command.verdict();
      answer(status);
    }
    expect((await command.verdict()).join("\n")).toContain("status is 502");
    expect(await command.end("SIGINT")).toEqual([1, null]);
    expect(await command.linesLeft()).not.toContainEqual(expect.stringMatching(/passed/));
  });
});
