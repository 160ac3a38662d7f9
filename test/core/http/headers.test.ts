import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HeaderNames } from "#core/http/header-names.js";
import { Headers } from "#core/http/headers.js";
import { removeHopByHop, takeNamedHeaders } from "#core/http/hop-by-hop.js";
import { growthOfTime } from "../../measure.js";

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
    ["deleteAll", (headers) => headers.deleteAll(new HeaderNames(["b"])), ["A", "1"]],
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
    headers.deleteAll(new HeaderNames(["x-a", "te", "x-none"]));
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

type Change = readonly ["append" | "set" | "delete", name: string, values: readonly string[]];

/** What a list of lines is after a change: the plain way. */
function changed(lines: readonly (readonly [string, string])[], [kind, name, values]: Change): (readonly [string, string])[] {
  const isOther = ([other]: readonly [string, string]): boolean => other.toLowerCase() !== name.toLowerCase();
  const made = values.map((value) => [name, value] as const);
  if (kind === "append") return [...lines, ...made];
  const at = lines.findIndex((line) => !isOther(line));
  if (kind === "delete") return lines.filter(isOther);
  if (at < 0) return [...lines, ...made];
  return [...lines.slice(0, at), ...made, ...lines.slice(at).filter(isOther)];
}

describe("a long list of headers", () => {
  const name = fc.tuple(fc.constantFrom("X-", "x-"), fc.nat(60)).map((parts) => parts.join(""));
  const change = fc.tuple(
    fc.constantFrom("append" as const, "append" as const, "set" as const, "delete" as const),
    name,
    fc.array(fc.constantFrom("1", "2", "3"), { maxLength: 3 }),
  );

  it("is what the plain way makes of it, whatever is changed and asked in between", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), fc.nat(90), (changes, length) => {
        let lines = Array.from({ length }, (_, i): readonly [string, string] => [`X-${i % 50}`, "0"]);
        const headers = Headers.fromFlat(lines.flat());
        for (const step of changes) {
          const [kind, wanted, values] = step;
          if (kind === "append") for (const value of values) headers.append(wanted, value);
          else if (kind === "set") headers.set(wanted, ...values);
          else headers.delete(wanted);
          lines = changed(lines, step);
          const expected = lines.filter(([other]) => other.toLowerCase() === wanted.toLowerCase()).map(([, value]) => value);
          expect(headers.getAll(wanted.toUpperCase())).toEqual(expected);
          expect(headers.isRepeated(wanted)).toBe(expected.length > 1);
          for (let i = 0; i < 20; i++)
            expect(headers.has(`x-${i}`)).toBe(lines.some(([other]) => other.toLowerCase() === `x-${i}`));
        }
        expect(headers.toFlat()).toEqual(lines.flat());
      }),
      { numRuns: 200 },
    );
  });
});

describe("headers of one connection", () => {
  it("are not passed on", () => {
    const own = ["TE", "Keep-Alive", "Upgrade", "Proxy-Authorization", "Trailer", "Connection", "transfer-encoding"];
    const headers = Headers.fromFlat(["Accept", "*/*", ...own.flatMap((name) => [name, "x-last"]), "X-Last", "1"]);
    removeHopByHop(headers);
    expect(headers.names()).toEqual(["Accept", "X-Last"]);
  });

  it.each([
    ["nothing", [], ["TE", "X-A", "Host"]],
    ["keep-alive", ["Connection", "keep-alive"], ["Connection", "TE", "X-A", "Host"]],
    ["other case", ["Connection", "Keep-Alive, , "], ["Connection", "TE", "X-A", "Host"]],
    ["an upgrade", ["Connection", "keep-alive, Upgrade"], ["Connection", "TE", "X-A", "Host"]],
    ["a name", ["Connection", "close, x-a"], ["Connection", "TE", "Host"]],
    ["names in several lines", ["Connection", "X-A", "connection", " x-other ,"], ["TE", "Host"]],
    ["what no connection has", ["Connection", "Host, X-A, Content-Length"], ["TE", "Host"]],
  ])("are taken out where Connection says %s", (_, connection, left) => {
    const headers = Headers.fromFlat(["Accept", "*/*", ...connection, "TE", "x", "X-A", "1", "X-OTHER", "1", "Host", "h"]);
    takeNamedHeaders(headers);
    expect(headers.names().filter((name) => !["Accept", "X-OTHER"].includes(name))).toEqual(left);
    expect(headers.has("x-other")).toBe(!connection.join().includes("x-other"));
    takeNamedHeaders(headers.clone());
    headers.set("X-A", "policy");
    takeNamedHeaders(headers);
    expect(headers.get("X-A")).toBe("policy");
  });

  it("are named once: what is left of Connection names nothing", () => {
    const headers = new Headers({ Connection: "close, X-A, TE" });
    takeNamedHeaders(headers);
    expect([...headers]).toEqual([["Connection", "close, TE"]]);
  });
});

describe("what a sender writes with underscores", () => {
  const sent = ["X_User: eve", "x_user: eve", "X-Role: low", "X_Other: 1"];
  it.each<[string, (headers: Headers) => void, string[]]>([
    ["nothing", () => {}, sent],
    ["another header", (headers) => headers.set("X-A", "1"), [...sent, "X-A: 1"]],
    ["a header", (headers) => headers.set("X-User", "ann"), ["X-Role: low", "X_Other: 1", "X-User: ann"]],
    [
      "a header with underscores",
      (headers) => headers.append("X_Role", "top"),
      [...sent.slice(0, 2), "X_Other: 1", "X_Role: top"],
    ],
    [
      "both spellings",
      (headers) => {
        headers.set("X_User", "ann");
        headers.set("X-User", "ann");
      },
      ["X_User: ann", "X-Role: low", "X_Other: 1", "X-User: ann"],
    ],
    ["a deletion", (headers) => headers.delete("x-user"), ["X-Role: low", "X_Other: 1"]],
    ["a deletion of that spelling", (headers) => headers.delete("X_Role"), sent],
    ["what the sender has sent already", (headers) => headers.set("X-Role", "low"), sent],
  ])("goes where policies have set %s", (_, change, left) => {
    const headers = new Headers(sent.map((line) => line.split(": ") as [string, string])).received();
    change(headers);
    const going = headers.clone();
    going.deleteLookalikes();
    expect([...going].map((line) => line.join(": "))).toEqual(left);
  });

  it("costs no more than there is of it", async () => {
    const [half, whole] = [20_000, 40_000].map((n) => {
      const headers = new Headers(Array.from({ length: n }, (_, i) => [`X_${i}`, "1"] as const)).received();
      for (let i = 0; i < 20; i++) headers.append(`X-${i}`, "1");
      return () => headers.clone().deleteLookalikes();
    });
    expect(await growthOfTime(half!, whole!, 3)).toBeLessThan(3);
  });
});

describe("a Host", () => {
  it.each<[string, (headers: Headers) => void, string | null]>([
    ["nobody", () => {}, null],
    ["one who changes something else", (headers) => headers.append("hose", "1"), null],
    ["one who sets it", (headers) => headers.set("HOST", "h"), "h"],
    ["one who adds another", (headers) => headers.append("host", "i"), "i"],
    ["one who sets several", (headers) => headers.set("Host", "i", "j"), "j"],
    ["one who removes it", (headers) => headers.delete("Host"), null],
    ["one who sets it to nothing", (headers) => headers.set("Host"), null],
  ])("that came in is chosen by %s", (_, change, chosen) => {
    const headers = new Headers({ Host: "h", Accept: "a" }).received();
    change(headers);
    expect([headers.chosenHost, headers.clone().chosenHost]).toEqual([chosen, chosen]);
  });
});
