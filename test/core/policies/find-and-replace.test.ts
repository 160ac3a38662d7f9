import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

const replace = (from: string, to: string): string => `<find-and-replace from="${from}" to="${to}" />`;

describe("find-and-replace", () => {
  it.each([
    ["all", "aa", "a", "aaaa aaa", "aa aa"],
    ["by case", "A", "b", "aA", "ab"],
    ["not by pattern", ".*", "$&amp;", "a.*b", "a$&b"],
    ["with nothing", "x", "", "axbx", "ab"],
    ["what is computed", "@(context.Request.Method)", "@(&quot;m:&quot; + 1)", "POST it", "m:1 it"],
  ])("replaces %s", async (_what, from, to, body, expected) => {
    const { backendCalls } = await (await world(replace(from, to))).send({ url, method: "POST", body });
    expect(Buffer.from(backendCalls[0]!.body).toString()).toBe(expected);
  });

  it.each([
    ["iso-8859-1", Buffer.from("fünf", "latin1"), "sü", Buffer.from("süf", "latin1")],
    ["utf-16le", Buffer.from("fünf", "utf16le"), "sü", Buffer.from("süf", "utf16le")],
    ["utf-8", Buffer.from("fünf"), "sü", Buffer.from("süf")],
  ])("keeps the encoding: %s", async (charset, body, to, expected) => {
    const policy = await world(
      { outbound: replace("fün", to) },
      {
        backend: [
          {
            reply: {
              headers: { "Content-Type": `text/plain; charset=${charset}`, "Content-Length": String(body.length), "X-A": "fün" },
              body,
            },
          },
        ],
      },
    );
    const { bytes, headers } = await policy.send({ url });
    expect(Buffer.from(bytes)).toEqual(expected);
    expect([headers.get("Content-Length"), headers.get("X-A")]).toEqual([String(expected.length), "fün"]);
  });

  it("falls back on UTF-8 for what the encoding cannot hold", async () => {
    const policy = await world(
      { outbound: replace("x", "☃") },
      { backend: [{ reply: { headers: { "Content-Type": "text/plain;charset=latin1" }, body: "x" } }] },
    );
    const { text, headers } = await policy.send({ url });
    expect([text, headers.get("Content-Type")]).toEqual(["☃", "text/plain;charset=utf-8"]);
  });

  it.each([
    ["compressed", { "Content-Encoding": "gzip" }, Buffer.from("a")],
    ["binary", {}, Buffer.from([0x61, 0xff, 0xfe, 0x61])],
  ])("leaves %s bodies alone", async (_what, headers, body) => {
    const policy = await world({ outbound: replace("a", "b") }, { backend: [{ reply: { headers, body } }] });
    expect(Buffer.from((await policy.send({ url })).bytes)).toEqual(body);
  });

  it("does nothing without a body, and refuses to grow beyond measure", async () => {
    expect((await (await world(replace("a", "b"))).send({ url })).status).toBe(200);
    const policy = await world(replace("a", "@(new string('b', 5000))"));
    expect(await policy.send({ url, method: "POST", body: "a".repeat(5000) })).toMatchObject({
      status: 500,
      error: { source: "find-and-replace", reason: "RequestEntityTooLarge" },
    });
  });

  it("needs something to look for", () => {
    expect(findings(replace("", "x"))).toEqual(["error TP2008"]);
  });
});
