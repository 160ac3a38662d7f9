import { MessageBody } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { tapped } from "#core/http/tapped.js";

/** A stream that says when it is let go. */
function source(chunks: readonly string[], failure?: Error) {
  const seen = { returned: 0, read: 0 };
  const stream: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        if (seen.read < chunks.length) return { done: false, value: Buffer.from(chunks[seen.read++]!) };
        if (failure !== undefined) throw failure;
        return { done: true, value: undefined };
      },
      return: async () => {
        seen.returned++;
        return { done: true, value: undefined };
      },
    }),
  };
  return { stream, seen };
}

async function text(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function tap() {
  const seen: (string | boolean)[] = [];
  return {
    seen,
    chunk: (bytes: Uint8Array) => void seen.push(Buffer.from(bytes).toString()),
    end: (isWhole: boolean) => void seen.push(isWhole),
  };
}

describe("a tapped stream", () => {
  it("passes everything on and tells of its end once", async () => {
    const on = tap();
    expect(await text(tapped(source(["a", "b"]).stream, on))).toBe("ab");
    expect(on.seen).toEqual(["a", "b", true]);
  });

  it("tells of a failure, and fails", async () => {
    const on = tap();
    await expect(text(tapped(source(["a"], new Error("reset")).stream, on))).rejects.toThrow("reset");
    expect(on.seen).toEqual(["a", false]);
  });

  it("that nobody has begun to read lets its source go as well", async () => {
    const on = tap();
    const { stream, seen } = source(["a"]);
    new MessageBody(tapped(stream, on)).replace(null);
    await Promise.resolve();
    expect([on.seen, seen]).toEqual([[false], { returned: 1, read: 0 }]);
  });
});

describe("a body that is buffered if it is short enough", () => {
  it("becomes bytes", async () => {
    const body = new MessageBody(source(["ab", "cd"]).stream);
    expect([await body.bufferWithin(4), Buffer.from(body.bytes!).toString(), body.isReplaced]).toEqual([true, "abcd", false]);
  });

  it("stays a stream from its beginning otherwise", async () => {
    const { stream, seen } = source(["ab", "cd", "ef"]);
    const body = new MessageBody(stream);
    expect([await body.bufferWithin(3), seen.read]).toEqual([false, 2]);
    expect(await text(body.release() as AsyncIterable<Uint8Array>)).toBe("abcdef");
  });

  it("fails its reader, not the one who looked", async () => {
    const body = new MessageBody(source(["ab"], new Error("reset")).stream);
    expect(await body.bufferWithin(10)).toBe(false);
    await expect(text(body.release() as AsyncIterable<Uint8Array>)).rejects.toThrow("reset");
  });

  it("lets its source go", async () => {
    const { stream, seen } = source(["ab", "cd"]);
    const body = new MessageBody(stream);
    await body.bufferWithin(1);
    body.replace(null);
    await Promise.resolve();
    expect(seen.returned).toBe(1);
  });
});
