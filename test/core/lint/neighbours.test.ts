import { describe, expect, it } from "vitest";
import { placesOf } from "./support.js";

const policies = (inbound: string, outbound = ""): string =>
  `<policies>\n<inbound>\n<base />\n${inbound}\n</inbound>\n<backend>\n<base />\n</backend>\n<outbound>\n<base />\n${outbound}\n</outbound>\n<on-error>\n<base />\n</on-error>\n</policies>\n`;
const when = (condition: string, inner = "<set-method>GET</set-method>"): string =>
  `<choose>\n<when condition="@(${condition})">\n${inner}\n</when>\n</choose>`;
const header = (value: string): string =>
  `<set-header name="X-A" exists-action="override"><value>@(${value})</value></set-header>`;
const retry = (condition: string): string =>
  policies("").replace(
    "<backend>\n<base />",
    `<backend>\n<retry condition="@(${condition})" count="2" interval="1"><forward-request buffer-request-body="true" /></retry>`,
  );
const gone = '<return-response>\n<set-status code="410" reason="Gone" />\n</return-response>';

/** What lies near to the examples of the pages: `[what, document, line or null]`. */
const tables: Readonly<Record<string, readonly (readonly [what: string, document: string, line: number | null])[]>> = {
  "constant-condition": [
    ["two inequalities joined by or", policies(when('context.Request.Method != "GET" || context.Request.Method != "POST"')), 5],
    ["two equalities joined by and", policies(when('context.Request.Method == "GET" && context.Request.Method == "POST"')), 5],
    [
      "two inequalities joined by and",
      policies(when('context.Request.Method != "GET" && context.Request.Method != "POST"')),
      null,
    ],
    ["an empty range", policies("", when("context.Response.StatusCode > 500 && context.Response.StatusCode < 400")), 12],
    ["a range", policies("", when("context.Response.StatusCode >= 400 && context.Response.StatusCode < 500")), null],
  ],
  "shadowed-when": [
    [
      "a longer prefix behind a shorter one",
      policies(
        `<choose>\n<when condition="@(context.Request.Url.Path.StartsWith("/v"))"><set-method>GET</set-method></when>\n<when condition="@(context.Request.Url.Path.StartsWith("/v1"))"><set-method>GET</set-method></when>\n</choose>`,
      ),
      6,
    ],
    [
      "the same with more conditions",
      policies(
        `<choose>\n<when condition="@(context.Request.Method == "GET")"><set-method>GET</set-method></when>\n<when condition="@(context.Request.Method == "GET" && context.Request.Url.Path == "/a")"><set-method>GET</set-method></when>\n</choose>`,
      ),
      6,
    ],
    [
      "the narrower one first",
      policies(
        `<choose>\n<when condition="@(context.Request.Method == "GET" && context.Request.Url.Path == "/a")"><set-method>GET</set-method></when>\n<when condition="@(context.Request.Method == "GET")"><set-method>GET</set-method></when>\n</choose>`,
      ),
      null,
    ],
  ],
  "unreachable-policy": [
    [
      "behind a choose whose branches all answer",
      policies(
        `<choose>\n<when condition="@(context.Request.Method == "GET")">${gone}</when>\n<otherwise>${gone}</otherwise>\n</choose>\n<set-method>GET</set-method>`,
      ),
      12,
    ],
    [
      "behind a choose without otherwise",
      policies(`${when('context.Request.Method == "GET"', gone)}\n<set-method>GET</set-method>`),
      null,
    ],
  ],
  "unsafe-cast": [
    ["text to bool", policies(`<set-variable name="a" value="true" />\n${when('(bool)context.Variables["a"]')}`), 6],
    [
      "int to long",
      policies(`<set-variable name="a" value="@(1)" />\n${header('((long)context.Variables["a"]).ToString()')}`),
      5,
    ],
    [
      "text by GetValueOrDefault",
      policies(`<set-variable name="a" value="3" />\n${header('context.Variables.GetValueOrDefault<int>("a").ToString()')}`),
      5,
    ],
    ["text to text", policies(`<set-variable name="a" value="3" />\n${header('(string)context.Variables["a"]')}`), null],
    [
      "set twice, with fitting types",
      policies(
        `<set-variable name="a" value="3" />\n<set-variable name="a" value="@(3)" />\n${header('((int)context.Variables["a"]).ToString()')}`,
      ),
      null,
    ],
  ],
  "retry-own-status": [
    ["only 503", retry("context.Response.StatusCode == 503"), 7],
    ["from 500 on", retry("context.Response.StatusCode >= 500"), null],
    ["no answer at all", retry("context.Response == null || context.Response.StatusCode == 500"), null],
  ],
  "header-from-caller": [
    [
      "by way of a variable",
      policies(
        `<set-variable name="a" value="@(context.Request.Url.Query.GetValueOrDefault("a", ""))" />\n${header('(string)context.Variables["a"]')}`,
      ),
      5,
    ],
    ["a header copied", policies(header('context.Request.Headers.GetValueOrDefault("X-B", "")')), null],
    ["a number of it", policies(header('int.Parse(context.Request.Url.Query.GetValueOrDefault("a", "0")).ToString()')), null],
  ],
  "backend-from-caller": [
    [
      "a host put together",
      policies(
        '<set-backend-service base-url="@("https://" + context.Request.Headers.GetValueOrDefault("X-A", "") + ".example")" />',
      ),
      4,
    ],
    [
      "a path behind a host",
      policies(
        '<set-backend-service base-url="@("https://a.example/" + context.Request.Headers.GetValueOrDefault("X-A", ""))" />',
      ),
      null,
    ],
    [
      "checked before",
      policies(
        `${when('context.Request.Headers.GetValueOrDefault("X-A", "") != "https://a.example"', gone)}\n<set-backend-service base-url="@(context.Request.Headers.GetValueOrDefault("X-A", ""))" />`,
      ),
      null,
    ],
  ],
  "key-from-caller": [
    [
      "a query parameter",
      policies(
        '<rate-limit-by-key calls="1" renewal-period="1" counter-key="@(context.Request.Url.Query.GetValueOrDefault("a", ""))" />',
      ),
      4,
    ],
  ],
  "secret-literal": [
    [
      "a bearer token",
      policies('<set-header name="Authorization" exists-action="override"><value>Bearer 0123456789abcdef</value></set-header>'),
      4,
    ],
    [
      "a connection string",
      policies(
        '<set-variable name="bus" value="Endpoint=sb://a.example/;SharedAccessKeyName=r;SharedAccessKey=abc123def456=" />',
      ),
      4,
    ],
    ["a placeholder", policies('<authentication-basic username="a" password="${password}" />'), null],
  ],
  "body-consumed": [
    [
      "read in outbound and answered",
      policies("", `<set-variable name="a" value="@(context.Response.Body.As<string>())" />`),
      11,
    ],
    ["set anew", policies("", "<set-body>@(context.Response.Body.As<string>().ToUpper())</set-body>"), null],
  ],
  "unused-ignore": [["without a reason", policies("<!-- turnpike-ignore jwt-no-audience -->\n<set-method>GET</set-method>"), 4]],
};

describe.each(Object.entries(tables))("%s", (rule, rows) => {
  it.each(rows)("%s", async (_what, document, line) => {
    expect(await placesOf(rule, document)).toEqual(line === null ? [] : [`policy.xml:${line}`]);
  });
});
