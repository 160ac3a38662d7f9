import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

const json = { headers: { "Content-Type": "application/json" }, method: "POST" };

async function made(
  xml: string,
  request: { headers?: Record<string, string>; method?: string; body?: string } = {},
): Promise<string> {
  const { backendCalls, error } = await (await world(xml)).send({ url, ...request });
  return error === null ? Buffer.from(backendCalls[0]!.body).toString() : `${error.source} ${error.reason}: ${error.message}`;
}

describe("set-body", () => {
  it.each([
    ["text", `<set-body>{"a": 1}</set-body>`, '{"a": 1}'],
    ["text with its blanks", "<set-body>  a\n b </set-body>", "  a\n b "],
    ["no text", "<set-body></set-body>", ""],
    ["escaped markup", "<set-body>&lt;a&gt;&amp;&lt;/a&gt;</set-body>", "<a>&</a>"],
    ["CDATA", "<set-body><![CDATA[<a>&amp;</a>]]></set-body>", "<a>&amp;</a>"],
    ["markup", `<set-body><a x="1">b<c/></a></set-body>`, `<a x="1">b<c/></a>`],
    ["a wrapped value", "<set-body><value>@(1 + 1)</value></set-body>", "2"],
    ["an expression", "<set-body>@(context.Request.Method)</set-body>", "GET"],
    ["a number", "<set-body>@(1.50m)</set-body>", "1.50"],
    ["null", "<set-body>@((string)null)</set-body>", ""],
    ["bytes", `<set-body>@(Convert.FromBase64String("aGk="))</set-body>`, "hi"],
  ])("%s", async (_what, xml, expected) => {
    expect(await made(xml)).toBe(expected);
  });

  it("keeps the type but for its charset, and adapts length and encoding", async () => {
    const policy = await world(
      { outbound: "<set-body>ü</set-body>" },
      {
        backend: [
          {
            reply: {
              headers: { "Content-Type": "text/plain; charset=iso-8859-1", "Content-Length": "4", "Content-Encoding": "gzip" },
              body: "xxxx",
            },
          },
        ],
      },
    );
    const { headers, bytes } = await policy.send({ url });
    expect([headers.get("Content-Type"), headers.get("Content-Length"), headers.get("Content-Encoding"), bytes.length]).toEqual([
      "text/plain; charset=utf-8",
      "2",
      null,
      2,
    ]);
  });

  it("changes a body that it reads, which can be read again then", async () => {
    const read = `@(context.Request.Body.As<string>() + "!")`;
    expect(await made(`<set-body>${read}</set-body><set-body>${read}</set-body>`, { method: "POST", body: "hey" })).toBe("hey!!");
  });

  it("fails where there is no body to read", async () => {
    expect(await made("<set-body>@(context.Request.Body.As<string>())</set-body>")).toMatch(
      /^set-body ExpressionValueEvaluationFailure/,
    );
  });
});

describe("set-body with Liquid", () => {
  const liquid = (template: string, attributes = ""): string =>
    `<set-body template="liquid" ${attributes}><![CDATA[${template}]]></set-body>`;
  const body = JSON.stringify({
    name: "Ann",
    age: 36,
    big: 12345678901234567890n.toString(),
    price: 1.5,
    ok: true,
    none: null,
    list: ["b", "a"],
    items: [
      { id: 2, n: "y" },
      { id: 1, n: "x" },
    ],
    at: "2012-03-21T05:40Z",
    then: "/Date(1332308400000)/",
    html: "<b>&</b>",
  });

  it.each([
    ["{{body.name}}/{{body.Name}}/{{body.none}}", "Ann//"],
    [
      "{{body.age | Plus: 1}} {{7 | DividedBy: 2}} {{7.5 | DividedBy: 2}} {{7 | Modulo: 4}} {{body.price | Times: 2}}",
      "37 3 3.75 3 3",
    ],
    ["{{body.name | Upcase | Append: '!' | Prepend: '>'}}", ">ANN!"],
    ["{{body.name | upcase}}", "ANN"],
    ["{{body.list}} {{body.list | Join: '-'}} {{body.list | Sort | First}} {{body.list | Size}}", "ba b-a a 2"],
    ["{{body.items | Map: 'n' | Join: ','}}", "y,x"],
    ["{% for i in body.items %}{{i.id}}{% endfor %}", "21"],
    ["[{% JSONArrayFor i in body.items %}{{i.id}}{% endJSONArrayFor %}]", "[2,1]"],
    ["[{% JSONArrayFor i in body.missing %}{{i.id}}{% endJSONArrayFor %}]", "[]"],
    ["{% if body.ok and body.age > 35 %}yes{% else %}no{% endif %}", "yes"],
    ["{{body.ok}} {{body.items[0]}}", 'true {"id":2,"n":"y"}'],
    ["{{body.at}} {{body.then}}", "03/21/2012 05:40:00 03/21/2012 05:40:00"],
    ["{{body.at | Date: 'yyyyMMddTHH:mm:ssZ'}}", "20120321T05:40:00Z"],
    [
      "{{'hello big WORLD' | Capitalize}} {{'abcdef' | Truncate: 5}} {{'a b c' | TruncateWords: 2}}",
      "Hello Big WORLD ab... a b...",
    ],
    ["{{body.html}} {{body.html | Escape}} {{body.html | StripHtml}}", "<b>&</b> &lt;b&gt;&amp;&lt;/b&gt; &"],
    ["{{2.5 | Round}} {{3.5 | Round}} {{2.125 | Round: 2}}", "2 4 2.12"],
    ["{{'a.b.c' | Replace: '.', '$&'}} {{'a.b' | Split: '.' | Last}}", "a$&b$&c b"],
    ["{{'a b/c' | UrlEncode}} {{'a+b%2Fc' | UrlDecode}}", "a+b%2Fc a b/c"],
    ["{{body.missing | Default: 'd'}} {{'' | Default: 'd'}}", "d d"],
    [
      "{{context.Request.Method}} {{context.Request.Url.Path}} {{context.Request.Headers['x-a']}} {{context.Request.HasBody}}",
      "POST /orders 1 true",
    ],
    ["{{context.Request.Url.Query['q']}} {{context.Request.OriginalUrl.Host}}", "1 api.example"],
    ["{{context.Response.StatusCode}}{{context.Response.Method}}", "200"],
    ['{{context.Variables["v"]}} {{context.Variables.v}} {{context.Variables["none"]}}', "{{x}} {{x}} "],
    [
      "{{context.constructor}}{{body.constructor}}{{body.__proto__}}{{context.Request.Headers.constructor}}{{body.list.constructor}}",
      "",
    ],
    ["{% comment %}x{% endcomment %}{% raw %}{{y}}{% endraw %}", "{{y}}"],
  ])("%s", async (template, expected) => {
    const policy = await world(`<set-variable name="v" value="@("{" + "{x}" + "}")" />${liquid(template)}`);
    const { backendCalls, error } = await policy.send({
      url: `${url}?q=1`,
      ...json,
      headers: { ...json.headers, "X-A": "1" },
      body,
    });
    expect(error).toBeNull();
    expect(Buffer.from(backendCalls[0]!.body).toString()).toBe(expected);
  });

  it("leaves dates as they are if told to", async () => {
    expect(await made(liquid("{{body.at}}", `parse-date="false"`), { ...json, body })).toBe("2012-03-21T05:40Z");
  });

  it.each([
    ["{{body.Envelope.Body.item}}", "one"],
    ["{{body.Envelope.many | Join: ','}} {{body.Envelope.many | Size}}", "1,2 2"],
    ["[{{body.Envelope.nothing}}] {% if body.Envelope.nothing == null %}null{% else %}blank{% endif %}", "[] blank"],
  ])("sees XML by local names: %s", async (template, expected) => {
    const xml = `<?xml version="1.0"?><s:Envelope xmlns:s="urn:s" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Body><item a="1">one</item></s:Body><many>1</many><many>2</many><nothing xsi:nil="true"/></s:Envelope>`;
    expect(await made(liquid(template), { method: "POST", headers: { "Content-Type": "text/xml" }, body: xml })).toBe(expected);
    if (template.startsWith("["))
      expect(
        await made(liquid(template, `xsi-nil="null"`), { method: "POST", headers: { "Content-Type": "text/xml" }, body: xml }),
      ).toBe("[] null");
  });

  it("has the text of other bodies, and none of none", async () => {
    expect(await made(liquid("[{{body}}]"), { method: "POST", body: "plain" })).toBe("[plain]");
    expect(await made(liquid("[{{body}}]"))).toBe("[]");
  });

  it.each([
    ["application/json", "not json"],
    ["application/xml", "<a>"],
    ["application/xml", `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`],
  ])("fails on a body that is no %s: %s", async (type, body) => {
    expect(await made(liquid("x"), { method: "POST", headers: { "Content-Type": type }, body })).toMatch(
      /^set-body null: The Liquid template failed/,
    );
  });

  it.each([
    "{% if %}",
    "{% for x in y %}",
    "{{ 1 | NoSuchFilter }}",
    "{% include 'x' %}",
    "{% JSONArrayFor x in y %}",
    "{% layout 'x' %}",
  ])("refuses %s at load time", (template) => {
    expect(findings(liquid(template))).toEqual(["error TP2105"]);
  });

  it("stops a template that runs away", async () => {
    const runaway = "{% for a in (1..100000) %}{% for b in (1..100000) %}{{a}}{% endfor %}{% endfor %}";
    expect(await made(liquid(runaway))).toMatch(/^set-body null: The Liquid template failed/);
  });
});
