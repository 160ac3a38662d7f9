import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-eval-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("turnpike", () => {
  it("lists its commands", async () => {
    const { code, out } = await turnpike("--help");
    expect(code).toBe(0);
    expect(out).toContain("eval ");
  });

  it("tells its version", async () => {
    expect((await turnpike("--version")).out).toMatch(/^\d+\.\d+\.\d+/);
  });

  it.each([
    [["evl"], "Did you mean 'eval'?"],
    [["eval", "1", "--contxt", "x"], "Did you mean '--context'?"],
    [["eval"], "needs an expression"],
    [["eval", "1", "2"], "one expression"],
    [["eval", "1", "--language", "perl"], "Invalid language 'perl': expected csharp or javascript."],
    [["check", ".", "--format", "pdf"], "Invalid format 'pdf': expected auto, xml or rawxml."],
    [["test", ".", "--reporter", "tap"], "Invalid reporter 'tap': expected pretty, json or junit."],
    [["eval", "1", "--context", join(folder, "missing.json")], "no such file"],
    [["eval", "1", "--context"], "argument missing"],
    [[], "Usage"],
  ])("refuses %j with exit code 2", async (args, message) => {
    const { code, err } = await turnpike(...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it("refuses a fixture that is not JSON or not an object", async () => {
    expect((await turnpike("eval", "1", "--context", file("bad.json", "{"))).code).toBe(2);
    expect((await turnpike("eval", "1", "--context", file("list.json", "[]"))).err).toContain(
      "Invalid fixture: expected a JSON object.",
    );
  });

  it("explains a command", async () => {
    const { code, out } = await turnpike("eval", "--help");
    expect(code).toBe(0);
    expect(out).toContain("--batch FILE");
  });
});

describe("turnpike eval", () => {
  it("shows value, type and steps", async () => {
    const { code, out } = await turnpike("eval", '@("a" + 1)');
    expect(code).toBe(0);
    expect(out).toMatch(/value {2}a1\ntype {3}System\.String.*\nsteps {2}\d+/);
  });

  it("adds the brackets", async () => {
    expect((await turnpike("eval", "7 / 2", "--json")).out).toBe('{"ok":true,"type":"System.Int32","value":"3","text":"3"}');
  });

  it("reads the context from a fixture", async () => {
    const fixture = file("fixture.json", JSON.stringify({ request: { method: "PATCH" } }));
    expect((await turnpike("eval", "@(context.Request.Method)", "--context", fixture, "--json")).out).toContain('"PATCH"');
  });

  it("frames a compile error with a caret", async () => {
    const { code, err } = await turnpike("eval", "@(1 + nope)");
    expect(code).toBe(1);
    expect(err).toContain("expression:1:7 error CS0103");
    expect(err).toMatch(/\n {2}1 \| @\(1 \+ nope\)\n {4}\| {7}\^{4}/);
  });

  it("names the exception of a run", async () => {
    const { code, err } = await turnpike("eval", '@(int.Parse("x"))');
    expect(code).toBe(1);
    expect(err).toContain("System.FormatException: ");
  });

  it("answers every line of a batch, whatever it holds", async () => {
    const lines = [
      '{"id":"a","expr":"@(1 + 1)"}',
      '{"id":"b","expr":"@(nope)"}',
      '{"id":"c","expr":"@(int.Parse(\\"x\\"))"}',
      '{"id":"d","expr":"@{ while (true) { } return 1; }"}',
      '{"id":"e"}',
      "not json",
      '{"id":"f","expr":"@(context.Request.Method)","context":{"request":{"method":"PUT"}}}',
      '{"id":"g","expr":"@(1)","context":[]}',
      "null",
    ];
    const { code, out } = await turnpike("eval", "--batch", file("in.jsonl", lines.join("\n")));
    expect(code).toBe(0);
    const results = out.split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(
      results.map((result) => [result["id"], result["ok"], result["value"] ?? result["phase"], result["exception"]]),
    ).toEqual([
      ["a", true, "2", undefined],
      ["b", false, "compile", "CS0103"],
      ["c", false, "run", "System.FormatException"],
      ["d", false, "run", "limit:steps"],
      ["e", false, "compile", "input"],
      [null, false, "run", "input"],
      ["f", true, "PUT", undefined],
      ["g", false, "run", "input"],
      [null, false, "compile", "input"],
    ]);
  });
});
