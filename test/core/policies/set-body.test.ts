import { describe, expect, it } from "vitest";
import { url, world } from "./support.js";

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

  it("renders the body that is there, of any type", async () => {
    expect(await made(liquid("{{ body.a }}"), { ...json, body: '{"a":1}' })).toBe("1");
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

  it("takes a template that an expression gives, and fails where it is none", async () => {
    const given = (template: string) => `<set-body template="liquid">@("${template.replaceAll("{", '{" + "')}")</set-body>`;
    expect(await made(given("{{ 1 | Plus: 1 }}"))).toBe("2");
    expect(await made(given("{{ 1 "))).toMatch(
      /^set-body null: The Liquid template is not valid: The output '\{\{' is not closed\./,
    );
  });

  it("puts named values into a template, and leaves other names to it", async () => {
    const policy = await world(liquid("{{ key }}{{body.a}}{{key}}"), { namedValues: { key: "v" } });
    const { backendCalls } = await policy.send({ url, ...json, body: '{"a":1}' });
    expect(Buffer.from(backendCalls[0]!.body).toString()).toBe("1v");
  });
});
