import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { endWithReader } from "#adapters/cli/closed-pipe.js";
import { turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-command-line-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.restoreAllMocks());

const POLICY = "<policies><inbound><base /></inbound></policies>";
mkdirSync(join(folder, "a/b"), { recursive: true });
mkdirSync(join(folder, "a/node_modules"), { recursive: true });
for (const name of ["a/one.xml", "a/b/two.xml", "a/b/note.txt", "a/node_modules/three.xml", "a/[odd].xml"])
  writeFileSync(join(folder, name), POLICY);

describe("paths of a command", () => {
  const files = async (...args: string[]): Promise<string[]> => {
    const { out } = await turnpike("check", ...args.map((arg) => join(folder, arg)), "--json");
    return out.split("\n").map((line) => (JSON.parse(line) as { file: string }).file.slice(folder.length + 1));
  };

  it("may be patterns that no shell has taken apart", async () => {
    expect(await files("a/**/*.xml")).toEqual(["a/[odd].xml", "a/b/two.xml", "a/one.xml"]);
    expect(await files("a/{one,none}.xml")).toEqual(["a/one.xml"]);
  });

  it("are files first, whatever they are called", async () => {
    expect(await files("a/[odd].xml")).toEqual(["a/[odd].xml"]);
  });

  it("that match nothing are told of", async () => {
    const pattern = join(folder, "none/*.xml");
    expect(await turnpike("test", pattern)).toEqual({ code: 2, out: "", err: `turnpike: No file matches '${pattern}'.` });
  });
});

describe("a reader that goes away", () => {
  const closed = (code: string): NodeJS.ErrnoException => Object.assign(new Error(`write ${code}`), { code });
  const output = () => {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    return { stdout, stderr, given: { stdout, stderr, print() {}, complain() {} } as never };
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it.each([
    ["in the middle", undefined, 141],
    ["at the end", 0, 0],
    ["at the end of what fell short", 1, 1],
  ])("%s ends the command in silence", async (_when, code, ended) => {
    const exit = vi.spyOn(process, "exit").mockReturnValue(undefined as never);
    const before = process.exitCode;
    const { stdout, given } = output();
    endWithReader(given);
    process.exitCode = code;
    stdout.emit("error", closed("EPIPE"));
    await turn();
    process.exitCode = before;
    expect(exit).toHaveBeenCalledExactlyOnceWith(ended);
  });

  it("does not end a command that goes on without", async () => {
    const exit = vi.spyOn(process, "exit").mockReturnValue(undefined as never);
    const { stderr, given } = output();
    endWithReader(given)();
    stderr.emit("error", closed("EPIPE"));
    await turn();
    expect(exit).not.toHaveBeenCalled();
  });

  it("is told from another failure", () => {
    const { stdout, given } = output();
    endWithReader(given);
    expect(() => stdout.emit("error", closed("ENOSPC"))).toThrow("ENOSPC");
  });
});

describe("files in UTF-16", () => {
  const inUtf16 = (name: string, text: string, mark: string): string => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.from(mark + text, "utf16le"));
    return path;
  };

  it.each([
    ["check", "document.xml", POLICY, "TP0117"],
    ["check", "gateway.yaml", "apis: {}", "TP4001"],
    ["test", "file.policy-test.yaml", "tests: []", "TP4001"],
    ["lint", "linted.xml", POLICY, "TP0117"],
  ])("get one right message from turnpike %s", async (command, name, text, code) => {
    for (const mark of ["\uFEFF", ""]) {
      const { code: ended, out } = await turnpike(command, inUtf16(name, text, mark));
      expect(ended).toBe(1);
      expect(out.match(/TP\d{4}/g)).toEqual([code]);
      expect(out).toContain("The file is in UTF-16; expected UTF-8.");
    }
  });
});
