import { ConfigurationError, createGateway } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { checkDocument } from "#core/explain/check.js";

const findings = (text: string) =>
  checkDocument(text, { file: "p.xml" }).diagnostics.map(
    (finding) => `${finding.severity} ${finding.code} ${finding.line}:${finding.column} ${finding.message}`,
  );
const hints = (text: string) => checkDocument(text).diagnostics.map((finding) => finding.hint);
const inbound = (content: string) => `<policies><inbound>\n${content}\n</inbound></policies>`;

describe("documents alone", () => {
  it.each([
    ["policies", "<policies><inbound><base /></inbound></policies>"],
    ["fragment", `<fragment><set-variable name="a" value="b" /></fragment>`],
    ["snippet", `<set-variable name="a" value="b" />`],
    ["snippet", `<inbound><base /></inbound><outbound />`],
  ] as const)("%s: %s", (kind, text) => {
    expect(checkDocument(text)).toMatchObject({ ok: true, kind, diagnostics: [] });
  });

  it("what is not given is a warning", () => {
    expect(findings(inbound(`<include-fragment fragment-id="f" /><set-variable name="a" value="{{n}}" />`))).toEqual([
      "warning TP2014 2:1 The fragment f is not given.",
      "warning TP2013 2:67 The named value n is not given.",
    ]);
  });

  it("a named value that stands for code keeps the expression from being judged", () => {
    expect(findings(inbound(`<set-variable name="a" value="@({{n}} + 1)" />`))).toEqual([
      "warning TP2013 2:33 The named value n is not given.",
    ]);
    expect(findings(inbound(`<set-variable name="a" value='@("{{n}}" + 1)' />`))).toHaveLength(1);
  });

  describe("a templating tool's placeholder is a warning", () => {
    const like = "It looks like a placeholder of a templating tool.";
    const directive = (text: string): string => `It looks like a directive of Terraform's templates: ${text}`;
    const cors = (origin: string): string =>
      `<cors><allowed-origins><origin>${origin}</origin></allowed-origins><allowed-headers><header>*</header></allowed-headers></cors>`;

    it.each([
      ["among policies", `\${more}`, ["TP2012"], [like]],
      ["as a number", `<rate-limit calls="\${calls}" renewal-period="60" />`, ["TP2008"], [like]],
      ["as an origin", cors(`\${portal_origin}`), ["TP2008"], [like]],
      ["as a part of an origin", cors(`https://\${portal}`), [], []],
      ["as an address", `<set-backend-service base-url="\${backend}" />`, [], []],
      ["as a method", `<set-method>\${method}</set-method>`, [], []],
      ["in an expression", `<set-variable name="a" value="@(1 + \${n})" />`, ["TP2008"], [like]],
      ["in a text of an expression", `<set-variable name="a" value="@(&quot;\${n}&quot;)" />`, [], []],
      ["if", "%{ if bypass ~}", ["TP2012"], [directive("%{ if bypass ~}")]],
      ["trimmed if", "%{~ if a == b }", ["TP2012"], [directive("%{~ if a == b }")]],
      ["for", "%{ for ip in ips }", ["TP2012"], [directive("%{ for ip in ips }")]],
      [
        "directives round a policy",
        "%{ if a }<set-method>GET</set-method>%{ else }<set-method>PUT</set-method>%{ endif }",
        ["TP2012", "TP2012", "TP2012"],
        [directive("%{ if a }"), directive("%{ else }"), directive("%{ endif }")],
      ],
    ])("%s: %s", (_what, xml, codes, hints) => {
      const { ok, diagnostics } = checkDocument(inbound(xml));
      expect(ok).toBe(true);
      expect(diagnostics.map((finding) => finding.severity)).toEqual(codes.map(() => "warning"));
      expect(diagnostics.map((finding) => finding.code)).toEqual(codes);
      expect(diagnostics.map((finding) => finding.hint)).toEqual(hints);
    });

    it("does not excuse what stands beside it", () => {
      const { ok, diagnostics } = checkDocument(inbound(`\${more}<set-method>GET</set-method>stray`));
      expect([ok, diagnostics.map((finding) => finding.severity)]).toEqual([false, ["warning", "error"]]);
      expect(checkDocument(inbound(`${cors(`\${a}`)}<set-method>not one</set-method>`)).ok).toBe(false);
      expect(checkDocument(inbound(`<set-variable name="a" value="@(1 + n)" />`)).ok).toBe(false);
    });

    it.each([`\${more}`, "%{ if a }", cors(`\${a}`), `<rate-limit calls="\${calls}" renewal-period="60" />`])(
      "is an error in a configuration: %s",
      async (xml) => {
        const made = createGateway({ apis: { a: { path: "a", policy: inbound(xml), operations: {} } } });
        await expect(made).rejects.toThrow(ConfigurationError);
      },
    );
  });
});

describe("errors", () => {
  it.each([
    [`<set-variabel name="a" value="b" />`, "TP2002 2:1 There is no policy set-variabel.", "Did you mean <set-variable>?"],
    [
      `<sql-data-source />`,
      "TP2003 2:1 <sql-data-source> cannot stand in inbound.",
      "It stands in the document of a GraphQL resolver.",
    ],
    [`<set-variable nam="a" name="a" value="b" />`, "TP2006 2:15 <set-variable> has no attribute nam.", "Did you mean name?"],
    [`<set-variable name="a" />`, "TP2007 2:1 <set-variable> needs the attribute value.", undefined],
    [`<forward-request />`, "TP2003 2:1 <forward-request> cannot stand in inbound.", "It can stand in backend."],
    [
      `<choose><when condition="yes"><base /></when></choose>`,
      `TP2008 2:26 The attribute condition of <when>: "yes" is neither true nor false.`,
      undefined,
    ],
    [
      `<choose><when condition="true"><base /></when></choose>`,
      "TP2016 2:32 <base /> can only stand directly in a section.",
      "Move it out of the policy around it.",
    ],
    [`<base /><base />`, "TP2016 2:9 <base /> is there twice in inbound.", "Keep one: the outer policies can run only once."],
    [`<choose><whem condition="true" /></choose>`, "TP2010 2:9 <choose> has no child <whem>.", "Did you mean <when>?"],
    [`<choose />`, "TP2011 2:1 <choose> needs a child <when>.", undefined],
    [
      `<set-method>@("GET")</set-method>text`,
      "TP2012 2:34 Text stands in <inbound>, which takes none.",
      "Remove it, or make it a comment.",
    ],
    [
      `<include-fragment fragment-id="@(1)" />`,
      "TP2009 2:32 The attribute fragment-id of <include-fragment> takes no expression.",
      "Write the value itself.",
    ],
  ])("%s", (content, message, hint) => {
    const result = checkDocument(inbound(content), { file: "p.xml" });
    expect(findings(inbound(content))).toContain(`error ${message}`);
    expect(result.ok).toBe(false);
    expect(
      result.diagnostics.find((finding) => `${finding.code} ${finding.line}:${finding.column} ${finding.message}` === message)!
        .hint,
    ).toBe(hint);
  });

  it("all at once, in the order of the document", () => {
    const text = inbound(`<nothing />\n<set-variable />\n<choose>\n<when condition="@(1)">\n<set-header />\n</when>\n</choose>`);
    expect(findings(text).map((finding) => finding.split(" ")[2])).toEqual(["2:1", "3:1", "3:1", "5:20", "6:1"]);
  });

  it("sections", () => {
    expect(findings("<policies><inbound /><inbound /><outbond /><set-variable name='a' value='b' />x</policies>")).toEqual([
      "error TP2005 1:22 The section inbound is there twice.",
      "error TP2005 1:33 <outbond> is no section.",
      "error TP2005 1:44 <set-variable> is no section.",
      "error TP2012 1:79 Text stands in <policies>, which takes none.",
    ]);
    expect(hints("<policies><outbond /></policies>")).toEqual(["Did you mean <outbound>?"]);
  });

  it("fragments hold neither base nor other fragments", () => {
    const text = `<fragment><base /><include-fragment fragment-id="other" /></fragment>`;
    expect(findings(text)).toEqual([
      "error TP2015 1:11 A fragment cannot hold <base />.",
      "error TP2015 1:19 A fragment cannot include another fragment.",
    ]);
  });

  it("more than one policy in backend is a warning", () => {
    const text = "<policies><backend><forward-request /><forward-request /></backend></policies>";
    expect(checkDocument(text)).toMatchObject({ ok: true, diagnostics: [{ code: "TP2018", severity: "warning" }] });
  });
});

describe("expressions", () => {
  it.each([
    ["a name", `<set-variable name="a" value="@(contxt.Request)" />`, "CS0103", "2:33"],
    [
      "a type that does not fit",
      `<choose><when condition="@("a")"><set-method>GET</set-method></when></choose>`,
      "CS0029",
      "2:28",
    ],
    [
      "an object where a bool is needed",
      `<choose><when condition="@(context.Variables["a"])"><set-method>GET</set-method></when></choose>`,
      "CS0266",
      "2:28",
    ],
    ["in a later line", `<set-body>@{\n  var a = 1;\n  return b;\n}</set-body>`, "CS0103", "4:10"],
    ["behind entities", `<set-variable name="a" value="@(1 &lt; 2 &amp;&amp; b)" />`, "CS0103", "2:53"],
    ["no path returns", `<set-body>@{ var a = 1; }</set-body>`, "CS0161", "2:25"],
  ])("%s", (_, content, code, place) => {
    const found = checkDocument(inbound(content)).diagnostics.filter((finding) => finding.severity === "error");
    expect(found.map((one) => [one.code, `${one.line}:${one.column}`])).toEqual([[code, place]]);
  });
});
