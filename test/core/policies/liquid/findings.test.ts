import { checkDocument } from "@turnpike/core/tools";
import { describe, expect, it } from "vitest";
import { document } from "../support.js";

const check = (content: string) =>
  checkDocument(document(`<set-body template="liquid">${content}</set-body>`)).diagnostics.map(
    ({ severity, code, message, hint }) => `${severity} ${code}: ${message}${hint === undefined ? "" : ` ${hint}`}`,
  );

describe("a Liquid template is checked when the document is loaded", () => {
  it.each([
    ["{{ body.a | upcase }}", /There is no filter upcase: the value passes through unchanged\. Did you mean Upcase\?$/],
    ["{{ body.a | divided_by: 2 }}", /Did you mean DividedBy\?$/],
    ["{{ body.a | newline_to_br }}", /Did you mean NewlineToBr\?$/],
    ["{{ body.a | Trunkate: 2 }}", /Did you mean Truncate\?$/],
    ["{% if body.a = 1 %}x{% endif %}", /There is no operator =: .* Did you mean ==\?$/],
    ["{% if body.a starts_with 'x' %}x{% endif %}", /Did you mean startsWith\?$/],
    ["{% if body.a AND body.b %}x{% endif %}", /Did you mean and\?$/],
    ["{% if not body.a %}x{% endif %}", /There is no not: use unless, or == false\.$/],
    ["{% if !body.a %}x{% endif %}", /'!' in !body\.a is passed over: .*There is no not/],
    ["{% if body.a==1 %}x{% endif %}", /body\.a==1 is read as the name of a variable\. Put blanks round ==\.$/],
    ["{% if body.a | Size == 1 %}x{% endif %}", /is passed over: .* Filters work in outputs and in assign/],
    ["{% if body.a == 1 &amp;&amp; body.b %}x{% endif %}", /Conditions are joined by and, or\.$/],
    ["{% if body.a %}x{% else if body.b %}y{% endif %}", /What follows else is passed over: if body\.b\. Did you mean elsif\?$/],
    ["{% for x in body.a | Sort %}{{ x }}{% endfor %}", /Filters have no effect in for\./],
    ["{% for x in body.a limit:2 reversed %}{{ x }}{% endfor %}", /reversed is passed over here\./],
    ["{% for x in body.a Limit:2 %}{{ x }}{% endfor %}", /for has no option Limit/],
    ["{% tablerow x in body.a %}{{ x }}{% endtablerow %}", /tablerow without cols prints an error\./],
    ["{{ body.list [0] }}", /'\[0\]' is passed over: an output ends at the first blank/],
    ["{{ 'a'|Replace:'a','b'|Upcase }}", /The filters behind the comma in .* are passed over\. Put a blank behind the comma\.$/],
    ["{{ context.request.Method }}", /context has no member request: it gives nothing\. Did you mean Request\?$/],
    ["{{ context.Request.Url.path }}", /context\.Request\.Url has no member path: .* Did you mean Path\?$/],
    ["{% for x in body %}{{ forloop.Last }}{% endfor %}", /forloop has no member Last: .* Did you mean last\?$/],
    ["{{ body.list.Size }}", /Did you mean \.size\?$/],
    ["{{ Body.a }}", /There is no variable Body\. Did you mean body\?$/],
    ["{% include 'x' %}", /include finds no template: it prints an error\.$/],
  ])("warns of %s", (content, expected) => {
    const found = check(content);
    expect(found).toEqual([expect.stringMatching(expected)]);
    expect(found[0]).toMatch(/^warning TP2111: /);
  });

  it.each([
    ["{% If true %}{% endif %}", /There is no tag If\. Did you mean if\?$/],
    ["{% increment x %}", /There is no tag increment\. Use assign with the filter Plus\.$/],
    ["{% for x in y %}{% else %}{% endfor %}", /There is no else in for\. Put an if round the loop/],
    ["{% if true %}{% endfor %}", /endfor stands where it closes nothing\. if is open, which \{% endif %\} closes\.$/],
    ["{% if true %}", /The tag if is not closed\. Put \{% endif %\} where it ends\.$/],
    ["{{ '}' }}", /is not closed\. An output ends at the first \} or \}\}, in a literal too/],
  ])("refuses %s", (content, expected) => {
    const found = check(content);
    expect(found).toEqual([expect.stringMatching(expected)]);
    expect(found[0]).toMatch(/^error TP2105: The Liquid template is not valid: /);
  });

  it.each([
    "{{ body.a | Upcase }}{% if body.a == 1 and body.b contains 'x' %}{% endif %}",
    "{{context.Variables[\"x\"]}}{{ context.Request.Headers['X'] }}{{ context.Request.Headers.X-One.size }}",
    "{% for x in (1..body.n) reversed limit:2 offset:continue %}{{ x.Name }}{{ forloop.last }}{% endfor %}",
    "{%- assign parts = body.a | Split: ', ' -%}{{ parts[0] }}{{ parts.size }}",
    "{% case body.a %}{% when 1, 2 or 3 %}{% else %}{% endcase %}{% cycle 'a', 'b' %}",
  ])("says nothing of %s", (content) => {
    expect(check(content)).toEqual([]);
  });

  it("places findings in the document, through entities, CDATA, trimmed blanks and the value element", () => {
    const place = (inbound: string): string[] =>
      checkDocument(document(inbound)).diagnostics.map(({ line, column }) => `${line}:${column}`);
    expect(place('\n<set-body template="liquid">&lt;a&gt;\n  {{- body.a | upcase }}</set-body>')).toEqual(["4:16"]);
    expect(place('\n<set-body template="liquid"><![CDATA[<a>\n  {{ body.a | upcase }}]]></set-body>')).toEqual(["4:15"]);
    expect(place('\n<set-body template="liquid"><a>\n<b>{{ body.a | upcase }}</b></a></set-body>')).toEqual(["4:16"]);
    expect(place('\n<set-body template="liquid"><value>\n  {{ body.a }}{% nope %}</value></set-body>')).toEqual(["4:15"]);
  });
});
