import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { forwardLines } from "#adapters/cli/workers/lines.js";

it("lines of several workers never run into each other, however they come", async () => {
  const lines: string[] = [];
  const workers = [new PassThrough(), new PassThrough()];
  for (const worker of workers) forwardLines(worker, (line) => void lines.push(line));
  const long = "ä".repeat(5_000);
  const bytes = Buffer.from(`{"a":"${long}"}\n{"a":2}\n`);
  // In the middle of a line, and of a character.
  workers[0]!.write(bytes.subarray(0, 101));
  workers[1]!.write('{"b":1}\n{"b"');
  workers[0]!.write(bytes.subarray(101));
  workers[1]!.end(":2}");
  workers[0]!.end();
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.on("close", resolve))));
  expect(lines.map((line) => JSON.parse(line) as unknown)).toHaveLength(4);
  expect(lines).toContain('{"b":2}');
  expect(lines).toContain(`{"a":"${long}"}`);
});
