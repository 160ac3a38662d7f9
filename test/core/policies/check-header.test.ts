import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

const check = (ignoreCase: boolean, ...values: string[]): string =>
  `<check-header id="c" name="X-A" failed-check-httpcode="418" failed-check-error-message="No tea" ignore-case="${ignoreCase}">${values.map((one) => `<value>${one}</value>`).join("")}</check-header>`;

describe("check-header", () => {
  it.each([
    [check(false), { "x-a": "anything" }, null],
    [check(false), {}, "HeaderNotFound"],
    [check(false), { "X-A": " " }, "HeaderNotFound"],
    [check(false, "one", " two "), { "X-A": "two" }, null],
    [check(false, "one"), { "X-A": "One" }, "HeaderValueNotAllowed"],
    [check(true, "one"), { "X-A": "ONE" }, null],
    [check(false, "one"), { "X-A": ["one", "one"] }, "HeaderValueNotAllowed"],
    [check(false), { "X-A": ["one", "two"] }, null],
    [check(false, "one, two"), { "X-A": "one, two" }, null],
    [check(false, "@(context.Request.Method)"), { "X-A": "GET" }, null],
    [check(false, "one"), {}, "HeaderNotFound"],
  ])("%s", async (xml, headers, reason) => {
    const { status, error, text, backendCalls } = await (await world(xml)).send({ url, headers });
    if (reason === null) return expect([status, backendCalls.length]).toEqual([200, 1]);
    expect([status, backendCalls.length, JSON.parse(text)]).toEqual([418, 0, { statusCode: 418, message: "No tea" }]);
    expect(error).toMatchObject({ source: "check-header", reason, policyId: "c" });
  });

  it("names header and value in LastError only", async () => {
    const policy = await world(check(false, "one"));
    expect((await policy.send({ url })).error!.message).toBe("Header X-A was not found in the request. Access denied.");
    expect((await policy.send({ url, headers: { "X-A": "two" } })).error!.message).toBe(
      "Header X-A value of two is not allowed. Access denied.",
    );
  });

  it("needs its attributes", () => {
    expect(findings("<check-header />")).toEqual(["error TP2007", "error TP2007", "warning TP2007", "warning TP2007"]);
  });
});
