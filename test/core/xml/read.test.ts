import { describe, expect, it } from "vitest";
import type { XmlElement } from "#core/xml/nodes.js";
import { type ReadOptions, readPolicyXml } from "#core/xml/read.js";
import { processorTime } from "../../processor-time.js";

function read(text: string, options?: ReadOptions) {
  return readPolicyXml({ text, file: "p.xml" }, options);
}

function root(text: string, options?: ReadOptions): XmlElement {
  const { document, diagnostics } = read(text, options);
  expect(diagnostics.filter((finding) => finding.severity === "error")).toEqual([]);
  return document!.roots[0]!;
}

const attribute = (element: XmlElement, name: string) => element.attributes.find((attribute) => attribute.name === name)!;
const value = (text: string, options?: ReadOptions) => attribute(root(text, options), "v").value.text;

describe("expressions in attributes", () => {
  it.each([
    ["raw quotes", `<a v="@(context.Request.Method == "GET")"/>`, `@(context.Request.Method == "GET")`],
    ["entities", `<a v="@(x == &quot;GET&quot; &amp;&amp; 1 &lt; 2)"/>`, `@(x == "GET" && 1 < 2)`],
    ["raw signs", `<a v="@(1 < 2 && 3 > 2)"/>`, "@(1 < 2 && 3 > 2)"],
    ["generics", `<a v="@(x.As<JObject>(true))"/>`, "@(x.As<JObject>(true))"],
    ["single quotes around", `<a v='@(x == "a")'/>`, `@(x == "a")`],
    ["apostrophes inside single quotes", `<a v='@(x == 'c')'/>`, `@(x == 'c')`],
    ["brackets in strings", `<a v="@("a)b(c" + ')')"/>`, `@("a)b(c" + ')')`],
    ["escaped quotes", `<a v="@("say \\"(\\"")"/>`, `@("say \\"(\\"")`],
    ["verbatim strings", `<a v="@(@"C:\\""x"")")"/>`, `@(@"C:\\""x"")")`],
    ["quotes nested in interpolation", `<a v="@($"a{x["k)"]}b")"/>`, `@($"a{x["k)"]}b")`],
    ["comments", `<a v="@{ // it's a ) }\n /* " ) */ return 1; }"/>`, `@{ // it's a ) }\n /* " ) */ return 1; }`],
    ["blanks around", `<a v="  @(1)  "/>`, "@(1)"],
    ["an escaped bracket in an escaped string", `<a v="@(x == &quot;a)b&quot;)"/>`, `@(x == "a)b")`],
    ["entities in code beside raw quotes", `<a v='@(x.Get&lt;int&gt;("a", 0))'/>`, `@(x.Get<int>("a", 0))`],
    ["entities in strings beside raw quotes stay", `<a v='@("a&lt;b")'/>`, `@("a&lt;b")`],
    ["a line break is kept", `<a v="@(1 +\r\n 2)"/>`, "@(1 +\r\n 2)"],
  ])("%s", (_, text, wanted) => {
    expect(value(text).trim()).toBe(wanted);
    expect(attribute(root(text), "v").isExpression).toBe(true);
  });

  it("follows the format that it is told", () => {
    expect(value(`<a v='@("a&lt;b")'/>`, { format: "xml" })).toBe(`@("a<b")`);
    expect(value(`<a v='@(1 &lt; 2)'/>`, { format: "rawxml" })).toBe("@(1 &lt; 2)");
  });

  it("an @ elsewhere in a text starts nothing", () => {
    const element = root(`<a v="me@example.org"/>`);
    expect(attribute(element, "v").isExpression).toBe(false);
    const { diagnostics } = read(`<a v="Bearer @(x)"/>`);
    expect(diagnostics.map((finding) => `${finding.severity} ${finding.code}`)).toEqual(["warning TP0112"]);
  });

  it("what goes on behind an expression is text as a whole, with a warning", () => {
    const { document, diagnostics } = read(`<a v="@(f("x")) and @(g("y"))" w="1"/>`);
    expect(
      document!.roots[0]!.attributes.map((attribute) => [attribute.name, attribute.value.text, attribute.isExpression]),
    ).toEqual([
      ["v", `@(f("x")) and @(g("y"))`, false],
      ["w", "1", false],
    ]);
    expect(diagnostics.map((finding) => finding.code)).toEqual(["TP0112"]);
  });
});

describe("expressions in text", () => {
  const text = (source: string) => root(source).texts.filter((one) => one.value.text.trim() !== "");

  it.each([
    ["markup-like code", "<a>@(List<string>.Of(1 < 2))</a>", "@(List<string>.Of(1 < 2))"],
    ["a tag in a string", `<a>@("</a>" + "<!-- ")</a>`, `@("</a>" + "<!-- ")`],
    [
      "statements",
      "<a>\n  @{ if (1 < 2 && true) { return 1; } return 2; }\n</a>",
      "@{ if (1 < 2 && true) { return 1; } return 2; }",
    ],
    ["CDATA", `<a><![CDATA[@("x & <y>")]]></a>`, `@("x & <y>")`],
  ])("%s", (_, source, wanted) => {
    const found = text(source);
    expect(found.map((one) => [one.value.text.trim(), one.isExpression])).toEqual([[wanted, true]]);
  });

  it("decodes entities in literal text and ends lines with LF", () => {
    expect(text("<a>fish &amp; chips&#33;\r\nx</a>")[0]!.value.text).toBe("fish & chips!\nx");
  });

  it("comments may hold anything", () => {
    expect(read(`<a><!-- "quotes" @(open < --></a>`).diagnostics).toEqual([]);
  });
});

describe("documents", () => {
  it.each([
    ["policies", "<policies><inbound/></policies>"],
    ["fragment", "\uFEFF<fragment></fragment>"],
    ["snippet", `<set-header name="a"/>\n<set-header name="b"/>`],
    ["policies", `<?xml version="1.0"?>\n<!-- c -->\n<policies/>`],
  ])("%s: %s", (kind, text) => {
    expect(read(text).document?.kind).toBe(kind);
  });

  it("knows the language of its root", () => {
    expect(read(`<policies language="javascript"/>`).document!.language).toBe("javascript");
  });

  it("knows where everything stands", () => {
    const { document } = read(`<policies>\r\n  <inbound>\r\n    <a v="1">\r\n      @(x)</a></inbound></policies>`);
    const { source, roots } = document!;
    const a = roots[0]!.elements[0]!.elements[0]!;
    expect(source.place(a.start)).toMatchObject({ line: 3, column: 5 });
    expect(source.place(a.attributes[0]!.start)).toMatchObject({ line: 3, column: 8 });
    expect(source.place(a.attributes[0]!.valueStart)).toMatchObject({ line: 3, column: 11 });
    const expression = a.texts.find((one) => one.isExpression)!;
    expect(source.place(expression.value.offset(0))).toMatchObject({ line: 4, column: 7 });
  });

  it("maps decoded characters back to where they stand", () => {
    const text = `<a v='@(1 &lt; 2 &amp;&amp; x)'/>`;
    const { value: mapped } = attribute(root(text), "v");
    expect(text.slice(mapped.offset(mapped.text.indexOf("x"))).startsWith("x)")).toBe(true);
    expect(text.slice(mapped.offset(mapped.text.indexOf("<"))).startsWith("&lt;")).toBe(true);
  });

  it("keeps what templating tools leave", () => {
    expect(value(`<a v="\${endpoint}/x"/>`)).toBe(`\${endpoint}/x`);
  });
});

describe("errors", () => {
  it.each([
    ["<a><b></a>", "TP0103", 1, 4],
    ["<a></b></a>", "TP0104", 1, 4],
    ["<a>\n<b>", "TP0103", 1, 1],
    ['<a v="1" v="2"/>', "TP0109", 1, 10],
    ["<a v=1/>", "TP0107", 1, 6],
    ["<a v/>", "TP0107", 1, 4],
    ['<a v="1"w="2"/>', "TP0107", 1, 9],
    ['<a v="1', "TP0107", 1, 6],
    ['<a v="@(f("/>', "TP0110", 1, 7],
    ["<a>@{ return 1;</a>", "TP0110", 1, 4],
    ["<a>1 < 2</a>", "TP0102", 1, 6],
    ["<a>&nbsp;</a>", "TP0113", 1, 4],
    ["<a><!-- </a>", "TP0106", 1, 4],
    ["<a><![CDATA[ </a>", "TP0106", 1, 4],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "TP0111", 1, 1],
    ["text", "TP0105", 1, 1],
    ["", "TP0105", 1, 1],
    ["<policies/><x/>", "TP0115", 1, 12],
    ["<__proto__/>", "TP0116", 1, 1],
  ])("%s is %s", (text, code, line, column) => {
    const { document, diagnostics } = read(text);
    const first = diagnostics.find((finding) => finding.code === code);
    expect(first, JSON.stringify(diagnostics)).toMatchObject({ severity: "error", line, column, file: "p.xml" });
    expect(document).toBeNull();
  });

  it("shows several at once", () => {
    const { diagnostics } = read(`<a>\n<b v=1></b>\n<c v="1" v="2"></d></c>\n</a>`);
    expect(diagnostics.map((finding) => `${finding.line} ${finding.code}`)).toEqual(["2 TP0107", "3 TP0109", "3 TP0104"]);
  });

  it("tells a quote that ended a mixed value too soon", () => {
    const { diagnostics } = read(`<a v="Bearer @(context.Variables["x"])"/>`);
    expect(diagnostics.find((finding) => finding.code === "TP0107")!.hint).toContain("whole value");
  });

  it("bounds size, depth and attributes", () => {
    expect(read("<a/>".padEnd(2_000_000)).diagnostics[0]!.code).toBe("TP0101");
    expect(read("<a>".repeat(200) + "</a>".repeat(200)).diagnostics.map((finding) => finding.code)).toContain("TP0108");
    const many = Array.from({ length: 150 }, (_, i) => `a${i}="1"`).join(" ");
    expect(read(`<a ${many}/>`).diagnostics.map((finding) => finding.code)).toEqual(["TP0108"]);
  });

  it("takes no time over hostile documents", () => {
    const started = processorTime();
    read(`<a>${'<b v="@("/>'.repeat(50_000)}</a>`);
    read(`<a>${"&".repeat(500_000)}</a>`);
    read("<".repeat(500_000));
    read(`<a ${"x ".repeat(300_000)}`);
    expect(processorTime() - started).toBeLessThan(5_000);
  });

  it("counts lines from where an inline document stands", () => {
    const { diagnostics } = readPolicyXml({ text: "<a>\n</b>", file: "g.yaml", origin: { line: 10, column: 7 } });
    expect(diagnostics.find((finding) => finding.code === "TP0104")).toMatchObject({ line: 11, column: 7 });
  });
});
