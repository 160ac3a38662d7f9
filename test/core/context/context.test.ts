import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { FixtureObserver } from "#core/context/fixture.js";
import { fixtureSource } from "#core/context/index.js";
import { evaluate, evaluateOver, exceptionOf, needsOf } from "./evaluate.js";

const shop = {
  request: {
    method: "POST",
    url: "https://api.example.com/orders/42?page=2&tag=a&TAG=b&empty",
    originalUrl: "https://gw.example.com:8443/shop/orders/42",
    headers: { "Content-Type": "application/json", Accept: ["text/plain", "text/html"], "X-Empty": "" },
    ipAddress: "203.0.113.9",
    matchedParameters: { id: "42" },
  },
  product: {
    id: "gold",
    name: "Gold",
    subscriptionLimit: 5,
    state: "NotPublished",
    groups: [{ id: "dev", name: "Developers" }],
    apis: [{ id: "a1" }, { id: "a2" }],
  },
  subscription: { id: "s1", name: "Main", primaryKey: "p", secondaryKey: "q", key: "q", startDate: "2024-01-05T00:00:00Z" },
  user: {
    id: "u1",
    email: "ann@example.com",
    firstName: "Ann",
    lastName: "Example",
    identities: [{ id: "x", provider: "Azure" }],
  },
  lastError: { source: "rate-limit", reason: "RateLimitExceeded", message: "Too many.", section: "inbound", scope: "api" },
  elapsedMs: 1500,
} as const;

describe("members of context", () => {
  test.each([
    [`context.Request.Method`, "POST"],
    [`context.Request.Url.Path + context.Request.Url.QueryString`, "/orders/42?page=2&tag=a&TAG=b&empty"],
    [`context.Request.Url.Query["tag"]`, ["a", "b"]],
    [`context.Request.Url.Query.GetValueOrDefault("Tag")`, "a,b"],
    [`context.Request.Url.Query.GetValueOrDefault("empty", "d")`, ""],
    [`context.Request.Url.Query.GetValueOrDefault("none", "d")`, "d"],
    [`context.Request.Url.Query.Count`, "3"],
    [`context.Request.OriginalUrl.Port`, "8443"],
    [`context.Request.OriginalUrl.ToString()`, "https://gw.example.com:8443/shop/orders/42"],
    [`context.Request.Url.ToUri().Host`, "api.example.com"],
    [`context.Request.Headers["accept"]`, ["text/plain", "text/html"]],
    [`context.Request.Headers.GetValueOrDefault("X-Empty", "d")`, ""],
    [`context.Request.Headers.Keys.ToList()`, ["Content-Type", "Accept", "X-Empty"]],
    [`context.Request.Headers`, { "Content-Type": ["application/json"], Accept: ["text/plain", "text/html"], "X-Empty": [""] }],
    [`context.Request.MatchedParameters["ID"]`, "42"],
    [`context.Request.MatchedParameters.GetValueOrDefault("none", "d")`, "d"],
    [`context.Request.Certificate == null`, "True"],
    [`context.Request.Id == context.RequestId`, "True"],
    [`context.Product.State == ProductState.NotPublished`, "True"],
    [`context.Product.SubscriptionLimit == context.Product.SubscriptionsLimit`, "True"],
    [`context.Product.Apis.Select(a => a.Id).ToList()`, ["a1", "a2"]],
    [`context.Product.Groups.First().Name`, "Developers"],
    [`context.Subscription.Key`, "q"],
    [`context.Subscription.StartDate?.Year`, "2024"],
    [`context.Subscription.EndDate == null`, "True"],
    [`context.User.Identities.First().Provider`, "Azure"],
    [`context.LastError.Source + context.LastError.Section + context.LastError.PolicyId`, "rate-limitinbound"],
    [`context.Elapsed.TotalSeconds`, "1.5"],
    [`context.Timestamp`, "2024-01-15T10:30:00.0000000Z"],
    [`context.Api.ServiceUrl.Host`, "backend.example.com"],
    [`context.Api.SubscriptionKeyParameterNames.Header`, "Ocp-Apim-Subscription-Key"],
    [`context.Deployment.Gateway.IsManaged`, "True"],
    [`context.Deployment.Certificates.Count`, "0"],
    [`context.Backend == null && context.Workspace == null && context.GraphQL == null`, "True"],
    [`context.Response == null`, "True"],
  ])("%s", (text, value) => expect(evaluate(`@(${text})`, shop)).toEqual(value));

  test.each([
    [`context.Request.Headers["None"]`, "System.Collections.Generic.KeyNotFoundException"],
    [`context.Variables["none"]`, "System.Collections.Generic.KeyNotFoundException"],
    [`context.Response.StatusCode`, "System.NullReferenceException"],
    [`context.Request.Body.As<string>()`, "System.NullReferenceException"],
  ])("%s throws", (text, exception) => expect(exceptionOf(`@(${text})`)).toBe(exception));

  test("values are live", () => {
    const source = fixtureSource(shop);
    source.request.url = source.request.url.with({ path: "/new" });
    source.request.headers.set("X-New", "1");
    source.variables.set("v", 7);
    expect(
      evaluateOver(source, `@(context.Request.Url.Path + context.Request.Headers["X-New"][0] + (int)context.Variables["v"])`),
    ).toBe("/new17");
  });

  test("Trace adds a message when the request is traced", () => {
    const source = fixtureSource({ tracing: true });
    evaluateOver(source, `@{ context.Trace("noted"); return context.Tracing; }`);
    expect((source.observer as FixtureObserver).messages).toEqual(["noted"]);
  });
});

describe("variables", () => {
  const variables = {
    text: { type: "string", value: "v" },
    n: { type: "int", value: 3 },
    big: { type: "long", value: "9007199254740993" },
    money: { type: "decimal", value: "1.50" },
    flag: { type: "bool", value: true },
    when: { type: "datetime", value: "2024-02-29T00:00:00Z" },
    span: { type: "timespan", value: "01:00:00" },
    id: { type: "guid", value: "6f9619ff-8b86-d011-b42d-00c04fc964ff" },
    uri: { type: "uri", value: "https://x.example/a" },
    xml: { type: "xelement", value: "<a><b>1</b></a>" },
    bytes: { type: "byte[]", value: "AQI=" },
    list: { type: "List<string>", value: ["a", "b"] },
    map: { type: "Dictionary<string,string>", value: { k: "v" } },
    answer: { type: "response", value: { statusCode: 201, headers: { "X-R": "r" }, body: "hello" } },
    nothing: { type: "string", value: null },
  } as const;

  test.each([
    [`context.Variables.GetValueOrDefault<string>("text")`, "v"],
    [`context.Variables.GetValueOrDefault("n", 0) + 1`, "4"],
    [`context.Variables.GetValueOrDefault<int>("none")`, "0"],
    [`context.Variables.GetValueOrDefault<bool>("flag")`, "True"],
    [`context.Variables.GetValueOrDefault<string>("nothing", "d")`, null],
    [`context.Variables.GetValueOrDefault<long>("big")`, "9007199254740993"],
    [`(decimal)context.Variables["money"]`, "1.50"],
    [`((DateTime)context.Variables["when"]).AddDays(1).Month`, "3"],
    [`((TimeSpan)context.Variables["span"]).TotalMinutes`, "60"],
    [`(Guid)context.Variables["id"]`, "6f9619ff-8b86-d011-b42d-00c04fc964ff"],
    [`((Uri)context.Variables["uri"]).AbsolutePath`, "/a"],
    [`((XElement)context.Variables["xml"]).Element("b").Value`, "1"],
    [`((byte[])context.Variables["bytes"]).Length`, "2"],
    [`((List<string>)context.Variables["list"])[1]`, "b"],
    [`((Dictionary<string, string>)context.Variables["map"]).GetValueOrDefault("k", "d")`, "v"],
    [`((IResponse)context.Variables["answer"]).StatusCode`, "201"],
    [`((IResponse)context.Variables["answer"]).Body.As<string>()`, "hello"],
    [`((IResponse)context.Variables["answer"]).Headers.GetValueOrDefault("x-r")`, "r"],
    [`context.Variables.ContainsKey("Text")`, "False"],
  ])("%s", (text, value) => expect(evaluate(`@(${text})`, { variables })).toEqual(value));

  test.each([
    `GetValueOrDefault<int>("text")`,
    `GetValueOrDefault("text", 0)`,
    `GetValueOrDefault<string>("n")`,
    `GetValueOrDefault<long>("n")`,
  ])("%s throws for another type", (call) =>
    expect(exceptionOf(`@(context.Variables.${call})`, { variables })).toBe("System.InvalidCastException"),
  );
});

describe("bodies", () => {
  const withBody = (body: string, type = "text/plain") => ({
    request: { method: "POST", body, headers: { "Content-Type": type } },
  });

  test("As without preserveContent uses the body up", () => {
    const source = fixtureSource(withBody("abc"));
    expect(
      evaluateOver(source, `@(context.Request.Body.As<string>(true) + context.Request.Body.As<string>(preserveContent: true))`),
    ).toBe("abcabc");
    expect(evaluateOver(source, `@(context.Request.Body.As<string>())`)).toBe("abc");
    expect(evaluateOver(source, `@(context.Request.Body == null)`)).toBe("True");
    expect(() => evaluateOver(source, `@(context.Request.Body.As<string>())`)).toThrow("Object reference not set");
    expect(source.request.body.bytes).toHaveLength(0);
    source.request.body.replace(Buffer.from("new"));
    expect(evaluateOver(source, `@(context.Request.Body.As<string>())`)).toBe("new");
  });

  test("a response without content has an empty body", () => {
    const source = fixtureSource({ response: { statusCode: 204 } });
    expect(evaluateOver(source, `@(context.Response.Body.As<string>())`)).toBe("");
    expect(evaluateOver(source, `@(context.Response.Body == null)`)).toBe("True");
  });

  test.each([
    ["Content-Type's charset", "text/plain; charset=ISO-8859-1", "6Q==", "é"],
    ["a byte order mark", "text/plain", "/v8A6Q==", "é"],
    ["UTF-8, its mark left out", "text/plain", "77u/w6k=", "é"],
    ["UTF-8 for charsets that are not known", "text/plain; charset=nope", "w6k=", "é"],
  ])("text is decoded by %s", (_, type, bodyBase64, text) => {
    expect(evaluate(`@(context.Request.Body.As<string>())`, { request: { bodyBase64, headers: { "Content-Type": type } } })).toBe(
      text,
    );
  });

  test("as XML and bytes", () => {
    const xml = withBody("<o><id>7</id></o>", "text/xml");
    expect(evaluate(`@(context.Request.Body.As<XElement>().Element("id").Value)`, xml)).toBe("7");
    expect(evaluate(`@(context.Request.Body.As<XDocument>().Root.Name.LocalName)`, xml)).toBe("o");
    expect(evaluate(`@(((XDocument)context.Request.Body.As<XNode>()).Root.Elements().Count())`, xml)).toBe("1");
    expect(evaluate(`@(context.Request.Body.As<byte[]>().Length)`, xml)).toBe("17");
    expect(exceptionOf(`@(context.Request.Body.As<int>())`, xml)).toBe("System.InvalidCastException");
    expect(exceptionOf(`@(context.Request.Body.As<XElement>())`, withBody("no"))).toBe("System.Xml.XmlException");
  });

  test("as a form", () => {
    const form = withBody("a=1&b=x+y%26&a=2&c", "application/x-www-form-urlencoded");
    expect(evaluate(`@(context.Request.Body.AsFormUrlEncodedContent())`, form)).toEqual({ a: ["1", "2"], b: ["x y&"], c: [""] });
    expect(evaluate(`@(context.Request.Body.AsFormUrlEncodedContent().ToFormUrlEncodedContent())`, form)).toBe(
      "a=1&a=2&b=x+y%26&c=",
    );
    expect(evaluate(`@(context.Request.Body.AsFormUrlEncodedContent().ToQueryString())`, form)).toBe("?a=1&a=2&b=x+y%26&c=");
    expect(evaluate(`@(context.Request.Body.AsFormUrlEncodedContent().ToQueryString())`, withBody(""))).toBeNull();
    expect(evaluate(`@(context.Request.Body.AsFormUrlEncodedContent()["a"][0])`, form)).toBe("1");
  });

  test.each([
    [`context.Request.Body.As<string>()`, "request"],
    [`context.Response.Body.As<string>(true)`, "response"],
    [`context.Request.Body.AsFormUrlEncodedContent().Count + context.Response.Body.As<string>().Length`, "request response"],
    [`context.Request.Body == null`, ""],
    [`((IResponse)context.Variables["x"]).Body.As<string>()`, ""],
    [`context.Request.Method`, ""],
  ])("%s needs the bodies: %s", (text, needs) => expect(needsOf(`@(${text})`)).toBe(needs));
});

describe("Encrypt and Decrypt", () => {
  const rows = JSON.parse(readFileSync(new URL("./ciphers.json", import.meta.url), "utf8")) as {
    expression: string;
    value?: unknown;
    exception?: string;
  }[];
  test.each(rows)("$expression", ({ expression, value, exception }) => {
    if (exception !== undefined) expect(exceptionOf(expression)).toBe(exception);
    else expect(evaluate(expression)).toEqual(value);
  });
});
