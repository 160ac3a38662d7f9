import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { IncomingBody } from "#core/backends/incoming-body.js";

function source() {
  const calls: string[] = [];
  const body = new IncomingBody({
    pause: () => void calls.push("pause"),
    resume: () => void calls.push("resume"),
    abort: () => void calls.push("abort"),
  });
  return { body, calls };
}

/** A writable that is full at once, and says so until `drain` is called. */
function sink() {
  const chunks: string[] = [];
  let release: () => void = () => undefined;
  const writable = new Writable({
    highWaterMark: 1,
    write(chunk, _, done) {
      chunks.push(String(chunk));
      release = done;
    },
  });
  return { writable, chunks, drain: () => release() };
}

describe("pouring", () => {
  it("what is there already goes out in one write", async () => {
    const { body } = source();
    const { writable, chunks, drain } = sink();
    body.push(Buffer.from("a"));
    body.push(Buffer.from("b"));
    body.end();
    await body.pourInto(writable);
    drain();
    expect([chunks, writable.writableEnded]).toEqual([["ab"], true]);
  });

  it("pauses the sender while the reader is full, and ends the writable at the end", async () => {
    const { body, calls } = source();
    const { writable, chunks, drain } = sink();
    const poured = body.pourInto(writable);
    body.push(Buffer.from("a"));
    expect(calls).toEqual(["pause"]);
    drain();
    await expect.poll(() => calls).toEqual(["pause", "resume"]);
    body.push(Buffer.from("b"));
    body.end();
    await poured;
    drain();
    expect([chunks, writable.writableEnded]).toEqual([["a", "b"], true]);
  });

  it("a failure is passed on, and nothing is ended", async () => {
    const { body } = source();
    const { writable } = sink();
    const poured = body.pourInto(writable);
    body.fail(new Error("cut"));
    await expect(poured).rejects.toThrow("cut");
    expect(writable.writableEnded).toBe(false);
  });

  it("a reader that goes away ends the call", async () => {
    const { body, calls } = source();
    const { writable } = sink();
    const poured = body.pourInto(writable);
    writable.destroy();
    await expect(poured).rejects.toThrow("closed");
    expect(calls).toEqual(["abort"]);
  });
});

describe("iterating", () => {
  it("pauses the sender when too much waits, and resumes it", async () => {
    const { body, calls } = source();
    body.push(Buffer.alloc(70_000));
    expect(calls).toEqual(["pause"]);
    body.end();
    let length = 0;
    for await (const chunk of body) length += chunk.length;
    expect([length, calls]).toEqual([70_000, ["pause", "resume"]]);
  });
});
