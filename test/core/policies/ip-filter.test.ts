import { describe, expect, it } from "vitest";
import { contains, joinRanges, parseIp, parseRange } from "../../../packages/core/src/policies/authentication/ip-ranges.js";
import { findings, url, world } from "./support.js";

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
  const joined = joinRanges(ranges.filter((one) => typeof one !== "string"));
  expect(joined).toHaveLength(2);
  expect(["10.0.0.0", "10.0.0.1", "10.0.0.9", "10.0.0.10", "10.0.1.0"].map((ip) => contains(joined, parseIp(ip)!))).toEqual([
    false,
    true,
    true,
    false,
    true,
  ]);
});
