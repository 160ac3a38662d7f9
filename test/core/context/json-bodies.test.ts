import { describe, expect, it } from "vitest";
import { evaluate, exceptionOf, needsOf } from "./evaluate.js";

const body = { request: { body: '{"a":"2024-01-02T03:04:05Z","b":[1]}' } };

describe("bodies read as JSON by name", () => {
  it.each([
    ['@((string)context.Request.Body.AsJObject(true)["b"][0])', "1"],
    ['@(context.Request.Body.AsJToken(preserveContent: true)["b"].Type.ToString())', "Array"],
    ['@(context.Request.Body.AsJObject(true)["a"].Type.ToString())', "Date"],
    [
      '@(context.Request.Body.AsJObject(true, new JsonSerializerSettings { DateParseHandling = DateParseHandling.None })["a"].Type.ToString())',
      "String",
    ],
    ["@(context.Request.Body.AsJToken().ToString(Formatting.None).Length > 0 && context.Request.Body == null)", "True"],
  ])("%s is %s", (expression, value) => {
    expect(evaluate(expression, body, true)).toBe(value);
  });

  it("reads arrays, and refuses other kinds", () => {
    expect(evaluate("@(context.Request.Body.AsJArray().Count)", { request: { body: "[1,2]" } })).toBe("2");
    expect(exceptionOf("@(context.Request.Body.AsJArray())", body)).toBe("Newtonsoft.Json.JsonReaderException");
  });

  it("needs the body in memory", () => {
    expect(needsOf("@(context.Request.Body.AsJObject())")).toBe("request");
  });
});

describe("GetValueOrDefault of a dictionary that can be changed", () => {
  it.each([
    ['@(JsonConvert.DeserializeObject<IDictionary<string, string>>("{\\"a\\":\\"x\\"}").GetValueOrDefault("a", "d"))', "x"],
    ['@(JsonConvert.DeserializeObject<IDictionary<string, string>>("{}").GetValueOrDefault("a", "d"))', "d"],
    ['@(JsonConvert.DeserializeObject<IDictionary<string, string>>("{}").GetValueOrDefault("a"))', null],
    ['@(new Dictionary<string, string> { { "a", "x" } }.GetValueOrDefault("a", "d"))', "x"],
    ['@(new SortedDictionary<string, string> { { "a", "x" } }.GetValueOrDefault("b", "d"))', "d"],
    ['@(new Dictionary<string, int> { { "a", 1 } }.GetValueOrDefault("b"))', "0"],
    ['@(IPAddress.Parse("::1").AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6)', "True"],
  ])("%s is %s", (expression, value) => {
    expect(evaluate(expression, {}, true)).toBe(value);
  });
});
