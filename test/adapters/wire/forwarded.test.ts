import { Headers } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { forwardedByStandard, forwardedFrom, isTrusted } from "#adapters/wire/forwarded.js";
import { growthOfTime, MOST_TIME, timeOf } from "../../measure.js";

const trusted = isTrusted(["10.0.0.0/8", "2001:db8::/32"]);
const address = (...lines: string[]): string =>
  forwardedFrom(new Headers(lines.map((line) => ["X-Forwarded-For", line] as const)), "10.0.0.1", trusted).address;

describe("the caller behind trusted proxies", () => {
  it.each([
    [["192.0.2.1"], "192.0.2.1"],
    [["6.6.6.6, 192.0.2.1, 10.0.0.9"], "192.0.2.1"],
    [["6.6.6.6", "192.0.2.1", "10.0.0.9"], "192.0.2.1"],
    [["6.6.6.6, 192.0.2.1", " 10.0.0.9 ,10.0.0.8"], "192.0.2.1"],
    [["192.0.2.1:4711, 10.0.0.9:80"], "192.0.2.1"],
    [["[2001:db9::7]:4711, [2001:db8::1]"], "2001:db9::7"],
    [["2001:db9::7, 2001:db8::1"], "2001:db9::7"],
    [["10.0.0.7, 10.0.0.8"], "10.0.0.7"],
    [["192.0.2.1, unknown"], "10.0.0.1"],
    [["192.0.2.1, _hidden, 10.0.0.9"], "10.0.0.9"],
    [["192.0.2.1,"], "10.0.0.1"],
    [["192.0.2.1:99999999"], "10.0.0.1"],
    [[""], "10.0.0.1"],
    [[], "10.0.0.1"],
  ])("%j is %s", (lines, expected) => {
    expect(address(...lines)).toBe(expected);
  });

  it("is not looked for without end in a chain that is made up", () => {
    expect(address("6.6.6.6,".concat("10.0.0.9,".repeat(1_000_000), "10.0.0.8"))).toBe("10.0.0.9");
    expect(address(`${"1".repeat(2_000_000)}, 10.0.0.8`)).toBe("10.0.0.8");
    expect(address(...Array.from({ length: 100_000 }, () => "10.0.0.9"))).toBe("10.0.0.9");
  });

  it.each([
    [["https"], "https"],
    [["http, https"], "https"],
    [["https", "http"], "http"],
    [["ftp"], null],
    [[], null],
  ])("came by %j: %s", (lines, scheme) => {
    const headers = new Headers(lines.map((line) => ["X-Forwarded-Proto", line] as const));
    expect(forwardedFrom(headers, "10.0.0.1", trusted).scheme).toBe(scheme);
  });
});

describe("the caller as Forwarded says it", () => {
  const read = (...lines: string[]) =>
    forwardedByStandard(new Headers(lines.map((line) => ["Forwarded", line] as const)), "10.0.0.1", trusted);

  it.each([
    [["for=192.0.2.1"], "192.0.2.1", null, null],
    [["for=6.6.6.6, for=192.0.2.1;proto=https;host=api.example, For=10.0.0.9;Proto=HTTP;by=10.0.0.8"], "192.0.2.1", "http", null],
    [['for="[2001:db9::7]:4711";proto=https;host="api.example:8443"'], "2001:db9::7", "https", "api.example:8443"],
    [["for=192.0.2.1", 'for="10.0.0.9:80" ; proto="https"'], "192.0.2.1", "https", null],
    [['for="192.0.2.1:4711"'], "192.0.2.1", null, null],
    [["for=192.0.2.1, for=unknown"], "10.0.0.1", null, null],
    [["for=192.0.2.1, for=_hidden, for=10.0.0.9"], "10.0.0.9", null, null],
    [["for=192.0.2.1, proto=https"], "10.0.0.1", "https", null],
    [['for=192.0.2.1;proto=ftp;host="a/b"'], "192.0.2.1", null, null],
    [['for="192.0.2.1, for=6.6.6.6'], "10.0.0.1", null, null],
    [["for=192.0.2.1;for=6.6.6.6"], "10.0.0.1", null, null],
    [["192.0.2.1"], "10.0.0.1", null, null],
    [[`for=192.0.2.1,${"for=10.0.0.9,".repeat(2000)}`], "10.0.0.1", null, null],
    [[], "10.0.0.1", null, null],
  ])("%j", (lines, caller, scheme, host) => {
    expect(read(...lines)).toEqual({ address: caller, scheme, host });
  });

  it.each([
    ["blanks", (n: number) => `for=192.0.2.1${" ".repeat(n)}@`],
    ["blanks at the start", (n: number) => `${" ".repeat(n)}@`],
    ["an open quotation mark", (n: number) => `for="${"\\a".repeat(n / 2)}`],
    ["semicolons", (n: number) => ";".repeat(n)],
    ["a long name", (n: number) => "a".repeat(n)],
  ])("is read in linear time: %s", async (_what, text) => {
    const work = (length: number) => {
      const headers = new Headers([["Forwarded", text(length)]]);
      return () => forwardedByStandard(headers, "10.0.0.1", trusted);
    };
    expect(await timeOf(work(16_000), MOST_TIME)).toBeLessThanOrEqual(MOST_TIME);
    expect(await growthOfTime(work(8_000), work(16_000), 2.6)).toBeLessThanOrEqual(2.6);
  });

  it("what callers write into the other header counts for nothing", () => {
    const headers = new Headers([
      ["X-Forwarded-For", "6.6.6.6"],
      ["Forwarded", "for=192.0.2.1"],
    ]);
    expect(forwardedByStandard(headers, "10.0.0.1", trusted).address).toBe("192.0.2.1");
    expect(forwardedFrom(headers, "10.0.0.1", trusted).address).toBe("6.6.6.6");
  });
});
