import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, joinRanges, parseIp, parseRange } from "#core/policies/authentication/ip-ranges.js";
import { document, findings, url, world } from "./support.js";

const filter = (action: string, inner: string): string => `<ip-filter action="${action}">${inner}</ip-filter>`;
const list = `<address>203.0.113.10</address><address-range from="10.20.0.0" to="10.20.3.255" /><address>2001:db8::1</address><address-range from="2001:db8:1::" to="2001:db8:1::ffff" />`;

describe("ip-filter", () => {
  it.each([
    ["203.0.113.10", true],
    ["10.20.0.0", true],
    ["10.20.2.9", true],
    ["10.20.3.255", true],
    ["10.20.4.0", false],
    ["10.19.255.255", false],
    ["::ffff:10.20.0.1", true],
    ["2001:db8::1", true],
    ["2001:DB8:0:0:0:0:0:1", true],
    ["2001:db8:1::abc", true],
    ["2001:db8:1:0:0:0:1:0", false],
  ])("%s is listed: %s", async (ipAddress, isListed) => {
    const allowed = await (await world(filter("allow", list))).send({ url, ipAddress });
    expect(allowed.error?.reason ?? null).toBe(isListed ? null : "CallerIpNotAllowed");
    const forbidden = await (await world(filter("forbid", list))).send({ url, ipAddress });
    expect(forbidden.error?.reason ?? null).toBe(isListed ? "CallerIpBlocked" : null);
  });

  it.each(["", "unknown", "010.1.2.3", "1.2.3", "10.20.0.1:80"])(
    "refuses the unreadable address %j under both actions",
    async (ipAddress) => {
      for (const action of ["allow", "forbid"])
        expect(await (await world(filter(action, list))).send({ url, ipAddress })).toMatchObject({
          status: 403,
          error: { reason: "FailedToParseCallerIP" },
        });
    },
  );

  it("tells the caller nothing but that it is forbidden", async () => {
    const { status, text, error } = await (await world(filter("allow", list))).send({
      url,
      ipAddress: "192.0.2.1",
      headers: { "X-Forwarded-For": "203.0.113.10" },
    });
    expect([status, JSON.parse(text)]).toEqual([403, { statusCode: 403, message: "Forbidden" }]);
    expect(error!.message).toBe("Caller IP address 192.0.2.1 is not allowed. Access denied.");
  });

  it("computes addresses and action", async () => {
    const inner = `<address>@(context.Request.Headers.GetValueOrDefault("X-Ip"))</address><address-range from="@("10.0.0.0")" to="10.0.0.9" />`;
    const policy = await world(filter("@(&quot;Allow&quot;)", inner));
    expect((await policy.send({ url, ipAddress: "10.0.0.5", headers: { "X-Ip": "1.1.1.1" } })).status).toBe(200);
    expect((await policy.send({ url, ipAddress: "1.1.1.1", headers: { "X-Ip": "1.1.1.1" } })).status).toBe(200);
    expect((await policy.send({ url, ipAddress: "1.1.1.1", headers: { "X-Ip": "nonsense" } })).error).toMatchObject({
      reason: "ExpressionValueEvaluationFailure",
    });
  });

  it.each([
    [filter("allow", ""), ["error TP2011"]],
    [filter("permit", list), ["error TP2008"]],
    [filter("allow", "<address>10.0.0.0/8</address>"), ["error TP2008"]],
    [filter("allow", `<address-range from="10.0.0.9" to="10.0.0.1" />`), ["error TP2008"]],
    [filter("allow", `<address-range from="10.0.0.1" to="::1" />`), ["error TP2008"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
  });
});

it("ranges that meet become one", () => {
  const ranges = [
    ["10.0.0.5", "10.0.0.9"],
    ["10.0.0.1", "10.0.0.4"],
    ["10.0.0.7", "10.0.0.8"],
    ["10.0.1.0", "10.0.1.0"],
  ].map(([from, to]) => parseRange(from!, to!));
  const joined = joinRanges(ranges.filter((range) => typeof range !== "string"));
  expect(joined).toHaveLength(2);
  expect(["10.0.0.0", "10.0.0.1", "10.0.0.9", "10.0.0.10", "10.0.1.0"].map((ip) => contains(joined, parseIp(ip)!))).toEqual([
    false,
    true,
    true,
    false,
    true,
  ]);
});

describe("addresses against a second implementation", () => {
  /** A number of 128 bits in one of the forms in which addresses are written (RFC 4291, section 2.2). */
  function written(address: bigint, form: number): string {
    const groups = Array.from({ length: 8 }, (_, i) => Number((address >> BigInt(112 - 16 * i)) & 0xffffn));
    const hex = (all: readonly number[]): string =>
      all.map((one) => (form & 1 ? one.toString(16).toUpperCase() : one.toString(16).padStart(form & 2 ? 4 : 1, "0"))).join(":");
    const dotted = `${groups[6]! >> 8}.${groups[6]! & 255}.${groups[7]! >> 8}.${groups[7]! & 255}`;
    const isMapped = address >> 32n === 0xffffn;
    if (isMapped && form & 4) return dotted;
    if (form & 8) return `${hex(groups.slice(0, 6))}:${dotted}`;
    const zero = groups.indexOf(0);
    if ((form & 16) === 0 || zero < 0) return hex(groups);
    let end = zero;
    while (end < 8 && groups[end] === 0) end++;
    return `${hex(groups.slice(0, zero))}::${hex(groups.slice(end))}`;
  }
  const v4 = fc.integer({ min: 0, max: 0xffff_ffff }).map((one) => 0xffff_0000_0000n + BigInt(one));
  const near = fc.integer({ min: 0, max: 40 }).map((one) => 0xffff_0a00_0000n + BigInt(one));
  const v6 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
  const sparse = fc
    .tuple(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 40 }))
    .map(([top, low]) => (BigInt(top) << 112n) + BigInt(low));
  const address = fc.oneof(v4, near, v6, sparse);
  const form = fc.integer({ min: 0, max: 31 });

  it("are read in every form in which they can be written", () => {
    fc.assert(
      fc.property(address, form, (one, how) => {
        expect([written(one, how), parseIp(written(one, how))]).toEqual([written(one, how), one]);
      }),
      { numRuns: 2000 },
    );
  });

  it("are found in ranges exactly where they lie in one", () => {
    const range = fc.tuple(address, fc.bigInt({ min: 0n, max: 30n })).map(([from, length]) => ({ from, to: from + length }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), fc.array(address, { maxLength: 10 }), (ranges, others) => {
        const joined = joinRanges(ranges);
        for (const one of [...others, ...ranges.flatMap(({ from, to }) => [from - 1n, from, to, to + 1n])])
          expect([one, contains(joined, one)]).toEqual([one, ranges.some(({ from, to }) => from <= one && one <= to)]);
      }),
      { numRuns: 500 },
    );
  });

  it("text that is no address is none", () => {
    const noise = fc.string({ unit: fc.constantFrom("0", "1", "a", "f", ".", ":", "%", "/", " ", "g"), maxLength: 40 });
    fc.assert(
      fc.property(noise, (text) => {
        const isAddress = parseIp(text) !== null;
        if (isAddress) expect(text.trim()).toMatch(/^[\d.]+$|^[\da-f:.]*(%.+)?$/i);
        if (/[/g]/.test(text.split("%")[0]!)) expect(isAddress).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("several filters", () => {
  const wide = filter("allow", `<address-range from="10.0.0.0" to="10.0.0.255" />`);
  const but = filter("forbid", "<address>10.0.0.7</address>");

  it.each([
    ["10.0.0.1", null],
    ["10.0.0.7", "CallerIpBlocked"],
    ["10.0.1.1", "CallerIpNotAllowed"],
  ])("each must let %s pass: %s", async (ipAddress, reason) => {
    const policy = await world(but, {
      inherits: { global: document(wide).replaceAll("<base />", "").replace("<backend>", "<backend><forward-request />") },
    });
    const { status, error } = await policy.send({ url, ipAddress });
    expect([status, error?.reason ?? null]).toEqual([reason === null ? 200 : 403, reason]);
    if (error !== null) expect(error.scope).toBe(reason === "CallerIpBlocked" ? "api" : "global");
  });
});
