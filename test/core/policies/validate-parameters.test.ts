import { describe, expect, it } from "vitest";
import { processorTime } from "../../processor-time.js";
import { findings } from "./support.js";
import { apiWorld, internalText, messageOf } from "./validation-support.js";

const operations = {
  get: {
    method: "GET",
    urlTemplate: "/items/{id}",
    templateParameters: [{ name: "id", schema: { type: "integer", minimum: 1 } }],
    request: {
      queryParameters: [
        { name: "size", values: ["s", "m"] },
        { name: "top", type: "integer" },
        { name: "price", schema: { type: "number", exclusiveMinimum: true, minimum: 0 } },
        { name: "open", type: "boolean" },
        { name: "day", schema: { type: "string", format: "date" } },
        { name: "code", schema: { type: "string", pattern: "^[A-Z]{2}$" } },
        { name: "evil", schema: { type: "string", pattern: "^(a+)+$" } },
        { name: "ids", schema: { type: "array", items: { type: "integer" }, maxItems: 3, uniqueItems: true } },
        { name: "piped", listSeparator: "|" as const, schema: { type: "array", items: { type: "string", maxLength: 2 } } },
        { name: "filter", schema: { type: "object", required: ["a"] } },
        { name: "maybe", schema: { type: "integer", nullable: true } },
        { name: "broken", schema: { type: "no-such-type" } },
      ],
      headers: [{ name: "X-Count", type: "integer", required: true }],
    },
  },
};
const policy = (inner = "", attributes = "") =>
  `<validate-parameters specified-parameter-action="prevent" unspecified-parameter-action="prevent" errors-variable-name="errors" ${attributes}>${inner}</validate-parameters>`;
const quiet = `<headers unspecified-parameter-action="ignore" />`;
const world = (inner = quiet) => apiWorld({ inbound: policy(inner), onError: read }, operations);
const read = `<set-variable name="text" value="@(((JArray)context.Variables["errors"]).ToString(Newtonsoft.Json.Formatting.None))" />`;
const headers = { "X-Count": "1" };
const url = (rest = "") => `https://api.example/a/items/7${rest}`;

describe("validate-parameters", () => {
  it.each([
    "",
    "?size=s&top=-3&price=0.5&open=TRUE&day=2024-02-29&code=AB&ids=1&ids=2&piped=ab|c",
    "?filter=%7B%22a%22%3A1%7D&maybe=&evil=aaaa",
    "?subscription-key=k",
  ])("lets through what fits: %s", async (query) => {
    const { status, error, variables } = await (await world()).send({ url: url(query), headers });
    expect([status, error]).toEqual([200, null]);
    expect(variables).not.toHaveProperty("errors");
  });

  it.each([
    ["?size=x", 'The value of the query parameter size does not conform to the definition. Value "x" is not defined in enum.'],
    ["?Size=s", "Unspecified query parameter Size is not allowed."],
    [
      "?top=1.5",
      "Value of the query parameter top couldn't be parsed according to the definition. Could not convert '1.5' to integer.",
    ],
    [
      "?top=",
      "Value of the query parameter top couldn't be parsed according to the definition. Could not convert '' to integer.",
    ],
    ["?top=1&top=2", "Request cannot contain multiple values for the query parameter top."],
    [
      "?price=0",
      "The value of the query parameter price does not conform to the definition. Integer 0 is not greater than exclusive minimum value of 0.",
    ],
    [
      "?price=0x10",
      "Value of the query parameter price couldn't be parsed according to the definition. Could not convert '0x10' to number.",
    ],
    [
      "?open=1",
      "Value of the query parameter open couldn't be parsed according to the definition. Could not convert '1' to boolean.",
    ],
    [
      "?day=2023-02-29",
      "The value of the query parameter day does not conform to the definition. String '2023-02-29' does not validate against format 'date'.",
    ],
    [
      "?code=abc",
      "The value of the query parameter code does not conform to the definition. String 'abc' does not match regex pattern '^[A-Z]{2}$'.",
    ],
    [
      "?ids=1&ids=x",
      "Value of the query parameter ids couldn't be parsed according to the definition. Could not convert 'x' to integer.",
    ],
    ["?ids=1&ids=1", "The value of the query parameter ids does not conform to the definition. Non-unique array item."],
    [
      "?ids=1&ids=2&ids=3&ids=4",
      "The value of the query parameter ids does not conform to the definition. Array item count 4 exceeds maximum count of 3.",
    ],
    [
      "?piped=ab|cde",
      "The value of the query parameter piped does not conform to the definition. String 'cde' exceeds maximum length of 2.",
    ],
    [
      "?filter=%7B%7D",
      "The value of the query parameter filter does not conform to the definition. Required properties are missing from object: a.",
    ],
  ])("refuses %s", async (query, message) => {
    const outcome = await (await world()).send({ url: url(query), headers });
    expect([outcome.status, messageOf(outcome)]).toEqual([400, message]);
    expect(outcome.error).toMatchObject({ source: "validate-parameters", reason: "Bad request", message, section: "inbound" });
    expect(outcome.backendCalls).toHaveLength(0);
  });

  it("checks path and headers", async () => {
    const test = await world();
    const low = await test.send({ url: "https://api.example/a/items/0", headers });
    expect(messageOf(low)).toBe(
      "The value of the path parameter id does not conform to the definition. Integer 0 is less than minimum value of 1.",
    );
    expect(messageOf(await test.send({ url: url() }))).toBe(
      "The value of the header X-Count does not conform to the definition. The required header is missing.",
    );
    const twice = [
      ["X-Count", "1"],
      ["x-count", "2"],
    ] as const;
    expect(messageOf(await test.send({ url: url(), headers: twice }))).toBe(
      "Request cannot contain multiple values for the header X-Count.",
    );
  });

  it("counts everyday headers as unspecified, but not the API's own key", async () => {
    const test = await world("");
    expect(messageOf(await test.send({ url: url(), headers: { ...headers, Accept: "*/*" } }))).toBe(
      "Unspecified header Accept is not allowed.",
    );
    expect((await test.send({ url: url(), headers: { ...headers, "Ocp-Apim-Subscription-Key": "k" } })).status).toBe(200);
  });

  it("writes down what it finds: name, type, rule, details and action", async () => {
    const inner = `<headers specified-parameter-action="detect" unspecified-parameter-action="ignore" /><query unspecified-parameter-action="detect"><parameter name="top" action="detect" /><parameter name="size" action="ignore" /><parameter name="bad" action="prevent" /></query><path specified-parameter-action="detect" />`;
    const { status, variables } = await (await world(inner)).send({
      url: "https://api.example/a/items/x?top=a&size=q&what=1&bad=2",
    });
    expect(status).toBe(400);
    expect(JSON.parse(String(variables["text"]))).toEqual([
      {
        Name: "id",
        Type: "PathParameter",
        ValidationRule: "IncorrectMessage",
        Details:
          "Value of the path parameter id couldn't be parsed according to the definition. Could not convert 'x' to integer.",
        Action: "detect",
      },
      {
        Name: "top",
        Type: "QueryParameter",
        ValidationRule: "IncorrectMessage",
        Details:
          "Value of the query parameter top couldn't be parsed according to the definition. Could not convert 'a' to integer.",
        Action: "detect",
      },
      {
        Name: "what",
        Type: "QueryParameter",
        ValidationRule: "Unspecified",
        Details: "Unspecified query parameter what is not allowed.",
        Action: "detect",
      },
      {
        Name: "bad",
        Type: "QueryParameter",
        ValidationRule: "Unspecified",
        Details: "Unspecified query parameter bad is not allowed.",
        Action: "prevent",
      },
    ]);
  });

  it("computes actions", async () => {
    const computed = `<validate-parameters specified-parameter-action="ignore" unspecified-parameter-action="@(context.Request.Url.Query.GetValueOrDefault("do", "ignore"))" />`;
    const test = await apiWorld(computed, operations);
    expect((await test.send({ url: url("?x=1&do=detect") })).status).toBe(200);
    expect((await test.send({ url: url("?x=1&do=prevent") })).status).toBe(400);
    expect((await test.send({ url: url("?x=1&do=nonsense") })).error!.reason).toBe("ExpressionValueEvaluationFailure");
  });

  it("tells the caller nothing of a definition that cannot be used", async () => {
    const outcome = await (await world()).send({ url: url("?broken=1"), headers });
    expect([outcome.status, messageOf(outcome)]).toEqual([400, internalText]);
    expect(outcome.error!.message).toContain("broken");
  });

  it("bounds what patterns cost", async () => {
    const started = processorTime();
    const outcome = await (await world()).send({ url: url(`?evil=${"a".repeat(5_000)}!`), headers });
    expect(outcome.status).toBe(400);
    expect(processorTime() - started).toBeLessThan(3_000);
  });

  it("bounds the errors that it writes down", async () => {
    const query = Array.from({ length: 500 }, (_, i) => `p${i}=1`).join("&");
    const detect = `<validate-parameters specified-parameter-action="detect" unspecified-parameter-action="detect" errors-variable-name="errors" /><set-variable name="n" value="@(((JArray)context.Variables["errors"]).Count)" />`;
    const { variables } = await (await apiWorld(detect, operations)).send({ url: url(`?${query}`) });
    expect(variables["n"]).toBe(100);
  });

  it.each([
    [policy(), []],
    [`<validate-parameters unspecified-parameter-action="ignore" />`, ["error TP2007"]],
    [policy(`<query><parameter name="x" action="allow" /></query>`), ["error TP2008"]],
    [policy(`<query><parameter name="x" /></query>`), ["error TP2007"]],
    [policy(`<path unspecified-parameter-action="prevent" />`), ["error TP2006"]],
    [policy(`<cookies />`), ["error TP2010"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
  });
});
