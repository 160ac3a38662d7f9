import { describe, expect, it } from "vitest";
import { Headers } from "#core/http/headers.js";
import { removeHopByHop } from "#core/http/hop-by-hop.js";

const flat = ["Host", "h", "X-A", "1", "Connection", "keep-alive", "x-a", "2", "TE", "trailers", "X-B", "3"];

describe("a header list", () => {
  it("of a flat list keeps order, case and repetition", () => {
    const headers = Headers.fromFlat(flat);
    expect(headers.toFlat()).toEqual(flat);
    expect(headers.getAll("X-a")).toEqual(["1", "2"]);
  });

  it.each<[string, (headers: Headers) => void, string[]]>([
    ["set", (headers) => headers.set("a", "2", "3"), ["a", "2", "a", "3", "B", "4"]],
    ["append", (headers) => headers.append("c", "5"), ["A", "1", "B", "4", "c", "5"]],
    ["delete", (headers) => headers.delete("a"), ["B", "4"]],
    ["deleteAll", (headers) => headers.deleteAll(new Set(["b"])), ["A", "1"]],
  ])("leaves the list that it was made of alone: %s", (_, change, changed) => {
    const source = Object.freeze(["A", "1", "B", "4"]);
    const headers = Headers.fromFlat(source);
    const copy = headers.clone();
    change(headers);
    expect(headers.toFlat()).toEqual(changed);
    expect(copy.toFlat()).toEqual(source);
  });

  it("gives the list that it was made of until something changes, and drops a name without a value", () => {
    const headers = Headers.fromFlat(flat);
    headers.delete("x-none");
    expect(headers.toFlat()).toBe(flat);
    expect(Headers.fromFlat(["A", "1", "B"]).toFlat()).toEqual(["A", "1"]);
  });

  it("knows which headers have several lines", () => {
    const headers = Headers.fromFlat(flat);
    expect(["x-A", "host", "none"].map((name) => headers.isRepeated(name))).toEqual([true, false, false]);
  });

  it("deletes several names at once", () => {
    const headers = Headers.fromFlat(flat);
    headers.deleteAll(new Set(["x-a", "te", "x-none"]));
    expect(headers.toFlat()).toEqual(["Host", "h", "Connection", "keep-alive", "X-B", "3"]);
    expect([headers.has("x-a"), headers.get("x-b"), headers.size]).toEqual([false, "3", 3]);
  });

  it.each([
    [["1"], ["Host", "h", "x-A", "1", "X-B", "3"]],
    [
      ["1", "2", "3"],
      ["Host", "h", "x-A", "1", "x-A", "2", "x-A", "3", "X-B", "3"],
    ],
    [[], ["Host", "h", "X-B", "3"]],
  ])("sets a header to %j in its first place", (values, expected) => {
    const headers = Headers.fromFlat(["Host", "h", "X-A", "old", "X-B", "3", "x-a", "older"]);
    headers.set("x-A", ...values);
    expect(headers.toFlat()).toEqual(expected);
  });
});

describe("headers of one connection", () => {
  it.each([
    ["nothing", [], ["TE", "Keep-Alive", "Upgrade"]],
    ["keep-alive", ["Connection", "keep-alive"], ["TE", "Keep-Alive", "Upgrade"]],
    ["other case", ["Connection", "Keep-Alive"], ["TE", "Keep-Alive"]],
    ["a name", ["Connection", "close, X-Hop"], ["TE", "x-hop"]],
    ["names in several lines", ["Connection", "X-Hop", "connection", " x-other ,"], ["X-HOP", "X-Other"]],
  ])("go where Connection says %s", (_, connection, gone) => {
    const headers = Headers.fromFlat(["Accept", "*/*", ...connection, ...gone.flatMap((name) => [name, "1"]), "X-Last", "1"]);
    removeHopByHop(headers);
    expect(headers.names()).toEqual(["Accept", "X-Last"]);
  });
});
