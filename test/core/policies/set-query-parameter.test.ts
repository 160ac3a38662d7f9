import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

const parameter = (attributes: string, ...values: string[]): string =>
  `<set-query-parameter name="a" ${attributes}>${values.map((value) => `<value>${value}</value>`).join("")}</set-query-parameter>`;

describe("set-query-parameter", () => {
  it.each([
    ["override, in the first one's place", parameter("", "x"), "?b=%7e&A=1&c=3&a=2", "?b=%7e&a=x&c=3"],
    ["override, at the end", parameter("", "x"), "?b=1", "?b=1&a=x"],
    ["override without a query", parameter("", "x"), "", "?a=x"],
    ["override with several values", parameter("", "x", "y"), "?a=1", "?a=x&a=y"],
    ["skip", parameter('exists-action="skip"', "x"), "?a=", "?a="],
    ["skip, absent", parameter('exists-action="skip"', "x"), "?b=1", "?b=1&a=x"],
    ["append", parameter('exists-action="append"', "x"), "?a=1&b=2", "?a=1&b=2&a=x"],
    ["delete", parameter('exists-action="delete"'), "?a=1&b=2&A=3", "?b=2"],
    ["delete the last one", parameter('exists-action="delete"'), "?a=1", ""],
    ["encoding", parameter("", "a b&amp;c=d/é'"), "", "?a=a%20b%26c%3Dd%2F%C3%A9%27"],
    ["null is left out", parameter("", "@((string)null)", "y"), "?a=1", "?a=y"],
  ])("%s", async (_what, inbound, query, expected) => {
    const { backendCalls } = await (await world(inbound)).send({ url: url + query });
    expect(backendCalls[0]!.url).toBe(`https://backend.example/orders${expected}`);
  });

  it("shows at once in the working URL, not in the original one", async () => {
    const policy = await world(
      `${parameter("", "x")}<set-variable name="seen" value="@(context.Request.Url.QueryString + context.Request.OriginalUrl.QueryString)" />`,
    );
    expect((await policy.send({ url: `${url}?a=1` })).variables).toMatchObject({ seen: "?a=x?a=1" });
  });

  it("has no place in outbound", () => {
    expect(findings({ outbound: parameter("", "x") })).toEqual(["error TP2003"]);
  });
});
