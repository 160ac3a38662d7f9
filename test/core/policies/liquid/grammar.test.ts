import { describe, expect, it } from "vitest";
import { rendered } from "./support.js";

const refused = expect.stringMatching(/^refused: The Liquid template is not valid: /);

describe("how a Liquid template is cut", () => {
  it.each([
    ["}} {{ body.n }} %}", "}} 7 %}"],
    ["{ {body.n} } {{ }}", "{ {body.n} } "],
    ["{{ 'a }} b' }}", " b' }}"],
    ["{% assign x = 'a %} b' %}", " b' %}"],
    ["{{ '{{' }}{% if '%' == '%' %}y{% endif %}", "{{y"],
    ["{{{ body.n }}", expect.stringMatching(/^Liquid error: /)],
    ["{{ body.n }}}", "7}"],
    ["a {{ body.n", refused],
    ["a {% if body.n", refused],
    ["{{ body.n } b", refused],
    ["{{ '}' }}", refused],
    ["{{\nbody.n }}", refused],
    ["{% if body.n == 7\n and true %}a{% endif %}", refused],
    ["{% %}", refused],
    ["{%%}", refused],
    ["{% if true }}a{% endif %}", refused],
  ])("%s", async (template, expected) => {
    expect(await rendered(template)).toEqual(expected);
  });

  it.each([
    ["a {%- if true -%} b {%- endif -%} c", "abc"],
    ["a\n{%- assign x = 1 -%}\nb", "a\nb"],
    ["a\n  {%- assign x = 1 -%}  \n  b", "a\n\n  b"],
    ["{% assign x = 1 -%}\r\nb", "b"],
    ["{{ body.n -}}\n\nb", "7\nb"],
    ["{{-5}} {{ -5 }} {{- -5 -}} b", "5 -5-5b"],
    ["{%- raw -%} a {%- endraw -%} x", "ax"],
    ["a -{{ body.n }}- b", "a -7- b"],
    ["\t {{- 1 }}", "1"],
  ])("a dash takes blanks: %j", async (template, expected) => {
    expect(await rendered(template)).toBe(expected);
  });

  it.each([
    ["{{{ body.n }}}", "body.n"],
    ["{{{ {% if x %} {{ y }} }}}", "{% if x %} {{ y }}"],
    ["{{{ a }}}\n", "a"],
    ["{# note #}", ""],
    ["{ # note # }", ""],
    ["a{# note #}b", "a{# note #}b"],
    ["{% # note %}", refused],
    ["a{{{ body.n }}}", expect.stringMatching(/^aLiquid error: /)],
  ])("a whole template as literal or comment: %j", async (template, expected) => {
    expect(await rendered(template)).toEqual(expected);
  });

  it.each([
    ["{{ 'it\\'s' }}", "it\\"],
    [String.raw`{{ 'a\nb' }}{{ "\u0041" }}`, String.raw`a\nb\u0041`],
    ["{{ +5 }}{{ 007 }}{{ -0.25 }}", "57-0.25"],
    ["{{ 5.50 }}|{{ 1,234.5 }}|{{ 5. }}|{{ 99999999999999999999.5 }}", "5.5|1234.5|5|99999999999999999999.5"],
    ["[{{ .5 }}{{ 1e3 }}{{ True }}{{ NIL }}{{ nil }}{{ null }}{{ blank }}{{ empty }}]", "[]"],
    ["{{ 12345678901 }}|{{ 2147483648 }}", "12345678901|2147483648"],
    ["{{ 99999999999999999999 }}", expect.stringMatching(/^Liquid error: /)],
    ["{{ 1.2.3 }}", "Liquid error: Input string was not in a correct format."],
    ["{{ (1..4) }}|{{ (body.zero..body.n) }}|{{ (3..1) }}|{{ (1..body.missing) | Size }}", "1234|01234567||0"],
    ["{{ 'a' 'b' }}", "a"],
  ])("literals: %s", async (template, expected) => {
    expect(await rendered(template)).toEqual(expected);
  });

  it.each([
    ["{{ body['obj']['b'] }}{{ ['body'].n }}{{ body.obj[\"a\"] }}", "two71"],
    ["{{ body.list[body.index] }}{{ body.nested[1][1][0] }}", "14"],
    ["{{ body..n }}{{ body$n }}", "77"],
    ["[{{ body.N }}{{ body.Obj.a }}{{ body.n.x }}{{ nothing.at.all }}]", "[]"],
    ["{{ body.list [0] }}|{{ body.list[ 0 ] }}", "312|312"],
    ["{{ body.list.size }}{{ body.list.first }}{{ body.list.last }}{{ body.obj.size }}", "3323"],
    ["{{ body.text.size }}{{ body.text.first }}{{ body.text.last }}", "12Hd"],
    ["[{{ body.list['size'] }}{{ body.list['0'] }}{{ body.n.size }}{{ body.elist.first }}{{ body.list.Size }}]", "[]"],
    ["a{{ body.list[9] }}b", expect.stringMatching(/^aLiquid error: [\s\S]*b$/)],
    ["a{{ body.list[-1] }}b", expect.stringMatching(/^aLiquid error: [\s\S]*b$/)],
    ["a{{ body.obj[body.nil] }}b", expect.stringMatching(/^aLiquid error: [\s\S]*b$/)],
    ["{{ $ }}", expect.stringMatching(/^Liquid error: /)],
    ["{{ body.n? }}", ""],
  ])("paths: %s", async (template, expected) => {
    expect(await rendered(template)).toEqual(expected);
  });

  it("members that are named like the engine's own come first, and prototypes are not reached", async () => {
    expect(await rendered("{{ body.size }}{{ body.first }}", { body: { size: "own", first: 1 } })).toBe("own1");
    expect(
      await rendered("[{{ body.constructor }}{{ body.__proto__ }}{{ body.list.length }}{{ constructor }}{{ toString }}]"),
    ).toBe("[]");
  });

  it.each([
    ["{{ body.text|Append:'a'|Append : 'b' }}", "Hello, Worldab"],
    ["{{ body.text || Upcase extra | | Size | }}", "12"],
    ["{{ body.text | Append: 'a:b,c|d' }}", "Hello, Worlda:b,c|d"],
    ["{{ body.text | Upcase: }}", "HELLO, WORLD"],
    ["{{ 'abc' | Replace: 'a','b' | Upcase }}", "BBC"],
    ["{{ 'abc'|Replace:'a','b'|Upcase }}", "bbc"],
    ["{{ | Upcase }}", ""],
  ])("filters: %s", async (template, expected) => {
    expect(await rendered(template)).toBe(expected);
  });
});
