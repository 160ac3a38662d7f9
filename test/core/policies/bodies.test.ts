import { describe, expect, it } from "vitest";
import { JsonNumber, parseJson, writeJson } from "#core/policies/bodies/json.js";
import { parseXml } from "#core/policies/bodies/xml.js";

describe("JSON bodies", () => {
  it.each([
    '{"a":1.10,"b":[true,false,null],"c":{"d":"e"}}',
    "12345678901234567890.00",
    '"\\u00e9\\n\\"\\/\\\\"',
    " [ ] ",
    '{"__proto__":1,"constructor":2}',
    "-0.5e+10",
  ])("keeps %s", (text) => {
    expect(JSON.parse(writeJson(parseJson(text)))).toEqual(JSON.parse(text));
  });

  it("keeps the text of numbers, and the last of two members", () => {
    expect(writeJson(parseJson('{"a":1,"a":2.00}'))).toBe('{"a":2.00}');
    expect(parseJson("1e400")).toEqual(new JsonNumber("1e400"));
  });

  it.each([
    "",
    "{",
    "[1,]",
    '{"a"}',
    "{a:1}",
    "01",
    "+1",
    "1.",
    "nul",
    '"a',
    '"\n"',
    "[1] 2",
    "'a'",
    '"\\x"',
    "[".repeat(300) + "]".repeat(300),
  ])("refuses %j", (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});

describe("XML bodies", () => {
  it("reads elements, attributes, texts and CDATA", () => {
    const { declaration, root } = parseXml(
      `\ufeff<?xml version="1.0" encoding='utf-8'?><!-- c --><a x="1&lt;&#65;" y='"'>t&amp;<![CDATA[<&]]><b/><!-- c --><?p i?>u</a>\n`,
    );
    expect([...declaration]).toEqual([
      ["version", "1.0"],
      ["encoding", "utf-8"],
    ]);
    expect(root.name).toBe("a");
    expect([...root.attributes]).toEqual([
      ["x", "1<A"],
      ["y", '"'],
    ]);
    expect(root.content).toEqual(["t&<&", { name: "b", attributes: new Map(), content: [] }, "u"]);
  });

  it.each([
    "",
    "text",
    "<a>",
    "<a></b>",
    "<a/><b/>",
    "<a x=1/>",
    "<a x/>",
    `<a x="1" x="2"/>`,
    `<a x="<"/>`,
    "<a>&b;</a>",
    "<a>& b</a>",
    "<a>&#0;</a>",
    "<a>&#x110000;</a>",
    "<!DOCTYPE a><a/>",
    "<a><![CDATA[</a>",
    "<a><!-- </a>",
    `<a x="1"y="2"/>`,
    "<1/>",
    "<a>".repeat(300) + "</a>".repeat(300),
  ])("refuses %j", (text) => {
    expect(() => parseXml(text)).toThrow(SyntaxError);
  });

  it("says where", () => {
    expect(() => parseXml("<a>\n  <b></c>\n</a>")).toThrow(/line 2, column \d+: <b> is closed by <\/c>/);
  });
});
