import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

const jsonp = { outbound: `<jsonp callback-parameter-name="cb" />` };
const answer = (type: string, headers = {}) => ({
  backend: [{ reply: { headers: { "Content-Type": type, ...headers }, body: `{"a":1}` } }],
});

describe("jsonp", () => {
  it.each([
    ["?cb=f", "application/json; charset=utf-8", `f({"a":1});`, "application/javascript; charset=utf-8"],
    ["?cb=a.b.$c_1", "application/json", `a.b.$c_1({"a":1});`, "application/javascript"],
    ["?cb=%C3%BC", "text/json", `ü({"a":1});`, "application/javascript"],
    ["", "application/json", `{"a":1}`, "application/json"],
    ["?cb=f", "text/plain", `{"a":1}`, "text/plain"],
  ])("%s of %s", async (query, type, text, wrapped) => {
    const { text: got, headers } = await (await world(jsonp, answer(type))).send({ url: url + query });
    expect([got, headers.get("Content-Type")]).toEqual([text, wrapped]);
  });

  it.each(["alert(1)//", "a b", "", "1a", "a..b", "a.", "</script>", "x".repeat(300)])("refuses %s", async (callback) => {
    const { status, text, error } = await (await world(jsonp, answer("application/json"))).send({
      url: `${url}?cb=${encodeURIComponent(callback)}`,
    });
    expect(error).toMatchObject({ source: "jsonp", reason: "CallbackParameterInvalid" });
    expect([status, JSON.parse(text)]).toEqual([
      400,
      { statusCode: 400, message: "Value of callback parameter cb is not a valid JavaScript identifier." },
    ]);
  });

  it("adapts the length, and leaves compressed bodies alone", async () => {
    expect(
      (
        await (await world(jsonp, answer("application/json", { "Content-Length": "7" }))).send({ url: `${url}?cb=f` })
      ).headers.get("Content-Length"),
    ).toBe("11");
    expect(
      (await (await world(jsonp, answer("application/json", { "Content-Encoding": "gzip" }))).send({ url: `${url}?cb=f` })).text,
    ).toBe(`{"a":1}`);
  });

  it("reads the parameter of the original request, whose name may be computed", async () => {
    const policy = await world(
      {
        inbound: `<set-query-parameter name="fn" exists-action="delete" />`,
        outbound: `<jsonp callback-parameter-name="@("f" + "n")" />`,
      },
      answer("application/json"),
    );
    const { text, backendCalls } = await policy.send({ url: `${url}?fn=go` });
    expect([text, new URL(backendCalls[0]!.url).search]).toEqual([`go({"a":1});`, ""]);
  });

  it("wraps an error in JSON as well, and nothing that is not there", async () => {
    const { status, text } = await (await world(jsonp, { backend: [{ reply: { status: 404, body: { no: 1 } } }] })).send({
      url: `${url}?cb=f`,
    });
    expect([status, text]).toEqual([404, `f({"no":1});`]);
  });

  it("needs a parameter", () => {
    expect(findings({ outbound: "<jsonp />" })).toEqual(["error TP2007"]);
  });
});
