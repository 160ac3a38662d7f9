import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

const check = (ignoreCase: boolean, ...values: string[]): string =>
  `<check-header id="c" name="X-A" failed-check-httpcode="418" failed-check-error-message="No tea" ignore-case="${ignoreCase}">${values.map((value) => `<value>${value}</value>`).join("")}</check-header>`;

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

  it("computes what it says and looks at", async () => {
    const policy = await world(
      `<check-header name="@("X-" + "A")" failed-check-httpcode="@(400 + 51)" failed-check-error-message="@("No " + context.Request.Method)" ignore-case="@(context.Request.Headers.ContainsKey("X-Ignore"))"><value>One</value></check-header>`,
    );
    const { status, text } = await policy.send({ url, headers: { "X-A": "one" } });
    expect([status, JSON.parse(text)]).toEqual([451, { statusCode: 451, message: "No GET" }]);
    expect((await policy.send({ url, headers: { "X-A": "one", "X-Ignore": "1" } })).status).toBe(200);
  });

  it.each([
    [`failed-check-httpcode="@("many")"`, "X"],
    [`failed-check-httpcode="@(7)"`, "X"],
    [`failed-check-httpcode="401"`, "@(context.Subscription.Id)"],
  ])("fails on %s of %s", async (attribute, name) => {
    const xml = `<check-header name="${name}" ${attribute} failed-check-error-message="no" ignore-case="true" />`;
    const { status, error } = await (await world(xml)).send({ url });
    expect([status, error!.source, error!.reason]).toEqual([500, "check-header", "ExpressionValueEvaluationFailure"]);
  });

  it("may stand several times: the first that fails answers", async () => {
    const other = check(false).replace('"X-A"', '"X-B"').replace("418", "419");
    const policy = await world(check(false) + other);
    const statuses = [];
    for (const headers of [{}, { "X-A": "1" }, { "X-A": "1", "X-B": "1" }])
      statuses.push((await policy.send({ url, headers: { ...headers } })).status);
    expect(statuses).toEqual([418, 419, 200]);
  });

  it("needs its attributes", () => {
    expect(findings("<check-header />")).toEqual(["error TP2007", "error TP2007", "warning TP2007", "warning TP2007"]);
  });
});
