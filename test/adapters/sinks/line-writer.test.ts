import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { main } from "@turnpike/adapters/cli";
import { afterAll, expect, it, vi } from "vitest";
import { LineWriter } from "#adapters/sinks/line-writer.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-lines-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A reader that takes nothing until it is told to, or goes away. */
class Reader extends Writable {
  readonly taken: string[] = [];
  private waiting: (() => void) | null = null;
  isSlow = false;
  isGone = false;

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    if (this.isGone) return done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    const take = (): void => {
      this.taken.push(chunk.toString());
      done();
    };
    if (this.isSlow) this.waiting = take;
    else take();
  }

  goOn(): void {
    this.isSlow = false;
    this.waiting?.();
  }
}

const writerTo = (reader: Reader, isTogether = false): LineWriter =>
  new LineWriter(
    reader,
    (lines) => void reader.write(`${lines.join("\n")}\n`),
    (count) => `dropped ${count}`,
    isTogether,
  );

it("a slow reader costs lines beyond 8 MiB, which are counted once it reads again", async () => {
  const reader = new Reader();
  reader.isSlow = true;
  const writer = writerTo(reader);
  const line = "x".repeat(1024 * 1024 - 1);
  const taken = Array.from({ length: 20 }, () => writer.write(line));
  expect(taken.filter(Boolean)).toHaveLength(9);
  reader.goOn();
  await vi.waitFor(() => expect(reader.writableLength).toBe(0));
  expect(writer.write("after")).toBe(true);
  await writer.flushed(1_000);
  expect(reader.taken.slice(9)).toEqual(["dropped 11\n", "after\n"]);
});

it("a reader that went away costs lines, and nothing waits for it at the end", async () => {
  const reader = new Reader();
  const writer = writerTo(reader);
  writer.write("before");
  reader.isGone = true;
  writer.write("lost");
  await vi.waitFor(() => expect(reader.destroyed).toBe(true));
  expect(writer.write("later")).toBe(false);
  await writer.flushed(60_000);
  writer.end();
  expect([reader.taken, reader.listenerCount("error")]).toEqual([["before\n"], 0]);
});

it("lines of one turn of the event loop are written together, at the latest when it ends or the process does", async () => {
  const before = process.listeners("exit");
  const reader = new Reader();
  const writer = writerTo(reader, true);
  const [atExit] = process.listeners("exit").filter((listener) => !before.includes(listener));
  writer.write("a");
  writer.write("b");
  expect(reader.taken).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  writer.write("c");
  atExit!(0);
  writer.write("x".repeat(65_536));
  expect(reader.taken).toEqual(["a\nb\n", "c\n", `${"x".repeat(65_536)}\n`]);
  writer.write("d");
  await writer.flushed(1_000);
  writer.end();
  expect([reader.taken.at(-1), process.listeners("exit").includes(atExit!)]).toEqual(["d\n", false]);
});

it("turnpike run leaves no listeners on standard output and error, however it ends", async () => {
  const policy = join(folder, "policy.xml");
  writeFileSync(policy, "<policies><inbound><return-response /></inbound></policies>");
  const broken = join(folder, "broken.xml");
  writeFileSync(broken, "<policies><inbound><nothing-like-it /></inbound></policies>");
  const counts = (): number[] => [process.stdout, process.stderr].map((stream) => stream.listenerCount("error"));
  const before = counts();
  for (let round = 0; round < 3; round++) {
    const lines: string[] = [];
    const run = (file: string): Promise<number> =>
      main(["run", file, "--backend", "http://127.0.0.1:9", "--port", "0", "--log", "json"], {
        stdout: process.stdout,
        stderr: process.stderr,
        print: (line) => void lines.push(line),
        complain: (line) => void lines.push(line),
      });
    const running = run(policy);
    await vi.waitFor(() => expect(lines.join("\n")).toContain("listening"), 20_000);
    process.emit("SIGTERM");
    expect(await running).toBe(0);
    expect(await run(broken)).toBe(1);
  }
  expect(counts()).toEqual(before);
});
