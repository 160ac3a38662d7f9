import { describe, expect, it } from "vitest";
import { rendered } from "./support.js";

describe("Liquid tags", () => {
  it.each([
    ["{% if false %}a{% elsif body.n == 7 %}b{% else %}c{% endif %}{% if false %}{% elseif true %}d{% endif %}", "bd"],
    ["{% unless body.no %}a{% else %}b{% endunless %}{% unless true %}a{% elsif true %}b{% endunless %}", "ab"],
    ["{% if true %}a{% else %}b{% else %}c{% endif %}{% if false %}a{% else if false %}b{% endif %}", "ab"],
    ["{% case body.n %}x{% when '7' %}text{% when 1 or 7 %}number{% when 8, 9 %}{% else %}e{% endcase %}", "textnumber"],
    ["{% case body.n %}{% else %}e{% when 7, 7 %}s{% endcase %}{% case body.missing %}{% when nil %}n{% endcase %}", "essn"],
    [
      "{% assign x = body.text | Upcase %}{{ x }}{% assign x.y = 5 %}[{{ x.y }}]{% assign nil = 5 %}[{{ nil }}]",
      "HELLO, WORLD[][]",
    ],
    ["{% for i in body.list %}{% assign x = i %}{% endfor %}{{ x }}{% assign y = %}[{{ y }}]", "2[]"],
    ["{% assign body = 'gone' %}{{ body }}{% assign context = nil %}[{{ context.Request.Method }}]", "gone[]"],
    ["{% capture 'x' %}a{{ body.n }}{% endcapture %}{{ x }}{% capture y %}1{% endcapture %}{{ y | Plus: 1 }}", "a711"],
    ["{% cycle 'g': 'a', 'b' %}{% cycle 'h': 'a', 'b' %}{% cycle 'g': 'a', 'b' %}{% cycle 1, 2 %}{% cycle 1, 2 %}", "aab12"],
    ["{% cycle body.num: 'x', 'y' %}{% cycle '42': 'x', 'y' %}{% cycle true, false %}", "xyTrue"],
    [
      "a{% cycle 'a', body.nil %}{% cycle 'a', body.nil %}b",
      "aaLiquid error: Object reference not set to an instance of an object.b",
    ],
    ["{% for x in body.list %}{% ifchanged %}{{ x }}{% endifchanged %}{% ifchanged %}q{% endifchanged %}{% endfor %}", "3q1q2q"],
    ["a{% comment x %}b{% if true %}{{ c }}{% endif %}{% endcomment %}c", "ac"],
    ["{% raw %}{{ x }}{% if %}{% endraw %}{% literal %}{% raw %}{% endliteral %}", "{{ x }}{% if %}{% raw %}"],
    ["{% block a %}1{{ block.super }}{% endblock %}{% block b %}2{% endblock %}", "12"],
    ["a{% include 'p' with x %}b", "aLiquid error: Error - This liquid context does not allow includesb"],
    ["{% extends 'p' %}{% block a %}1{% endblock %} ", "Liquid error: Error - This liquid context does not allow includes"],
  ])("%s", async (template, expected) => {
    expect(await rendered(template)).toBe(expected);
  });

  it.each([
    [
      "{% for x in body.list reversed limit:2 %}{{ x }}{% endfor %}|{% for x in body.list limit:2 reversed %}{{ x }}{% endfor %}",
      "13|31",
    ],
    ["{% for x in body.list limit:2 %}{{ x }}{% endfor %}{% for x in body.list offset:continue %}<{{ x }}>{% endfor %}", "31<2>"],
    [
      "{% for x in body.list limit:body.missing %}{{ x }}{% endfor %}{% for x in body.list limit:'2' offset:1 %}{{ x }}{% endfor %}",
      "12",
    ],
    ["a{% for x in body.list limit:'x' %}{{ x }}{% endfor %}b", "aLiquid error: Input string was not in a correct format.b"],
    [
      "{% for x in body.words %}{{ forloop.name }}{{ forloop.index }}{{ forloop.rindex0 }}{{ forloop.first }}{{ forloop.length }} {% endfor %}{{ forloop.index }}{{ x }}",
      "x-body.words12true3 x-body.words21false3 x-body.words30false3 ",
    ],
    [
      "{% for c in 'ab' %}{{ c | Upcase }}{% endfor %}{% for x in (1..3) %}{{ x }}{% endfor %}{% for x in body.n %}q{% endfor %}{% for x in true %}q{% endfor %}",
      "AB123",
    ],
    ["{% for x in body.list | Sort %}{{ x }}{% endfor %}", "312"],
    ["{% for x.y in body.list %}{{ y }}{% endfor %}{% for in in body.list %}{{ in }}{% endfor %}", "312312"],
    ["{% for x in body.list %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}a{% break %}b", "32a"],
    ["{% for x in body.list %}{{ x }}{% capture y %}{% break %}{% endcapture %}{% endfor %}", "3"],
    ["{% for p in body.deep %}{{ p.itemName }}:{{ p.side.x }}:{{ p.side.itemName }}{% endfor %}", "in:here:side"],
    ["{% for p in body.obj %}<{{ p.Key }}{{ p }}>{% endfor %}", "<><><>"],
    [
      "[{% JSONArrayFor x in body.objs %}{{ x.v }}{% endJSONArrayFor %}]{% JSONArrayFor x in body.list reversed limit:2 %}{{ forloop.index }}{{ x }}{% endJSONArrayFor %}",
      "[2,1]11,23",
    ],
    [
      "[{% JSONArrayFor x in body.missing %}{{ x }}{% endJSONArrayFor %}{% JSONArrayFor x in body.list %}{% endJSONArrayFor %}]",
      "[,,]",
    ],
  ])("loops: %s", async (template, expected) => {
    expect(await rendered(template)).toBe(expected);
  });

  it.each([
    [
      "{% tablerow x in body.list cols:2 %}{{ x }}{% endtablerow %}",
      '<tr class="row1">\n<td class="col1">3</td><td class="col2">1</td></tr>\n<tr class="row2"><td class="col1">2</td></tr>\n',
    ],
    [
      "{% tablerow x in body.elist cols:2 %}{{ x }}{% endtablerow %}{% tablerow x in body.nil cols:2 %}{{ x }}{% endtablerow %}",
      '<tr class="row1">\n</tr>\n',
    ],
    [
      "{% tablerow x in (1..3) cols:2 offset:1 %}{{ tablerowloop.col_first }}{{ tablerowloop.col_last }}{{ tablerowloop.rindex }}{% endtablerow %}",
      '<tr class="row1">\n<td class="col1">truefalse2</td><td class="col2">falsetrue1</td></tr>\n',
    ],
    ["a{% tablerow x in body.list %}{{ x }}{% endtablerow %}b", expect.stringMatching(/^aLiquid error: [\s\S]+b$/)],
  ])("tables: %s", async (template, expected) => {
    expect(await rendered(template)).toEqual(expected);
  });

  it.each([
    "{% increment x %}",
    "{% echo x %}",
    "{% render 'x' %}",
    "{% layout 'x' %}",
    "{% liquid assign x = 1 %}",
    "{% If true %}a{% endif %}",
    "{% jsonarrayfor x in y %}{% endjsonarrayfor %}",
    "{% JSONArray For x in y %}{% endJSONArray %}",
    "{% endif %}",
    "{% else %}",
    "{% if true %}a{% endfor %}",
    "{% if true %}a{% end %}",
    "{% if true %}a",
    "{% comment %}{% if true %}{% endcomment %}",
    "{% comment %}{% nope %}{% endcomment %}",
    "{% raw %}}} {{{% endraw %}",
    "{% for x in body.list %}{% else %}{% endfor %}",
    "{% for x in %}{% endfor %}",
    "{% for %}{% endfor %}",
    "{% tablerow x %}{% endtablerow %}",
    "{% case %}{% when 1 %}{% endcase %}",
    "{% case 1 %}{% when %}{% endcase %}",
    "{% case 1 %}{% else x %}{% endcase %}",
    "{% assign x %}",
    "{% assign 'q' = 1 %}",
    "{% capture %}{% endcapture %}",
    "{% cycle %}",
    "{% block %}{% endblock %}",
    "{% block a %}{% endblock %}{% block a %}{% endblock %}",
    "{% include %}",
    "x{% extends 'p' %}",
    "{% extends 'p' %}{{ x }}",
  ])("refuses %s", async (template) => {
    expect(await rendered(template)).toMatch(/^refused: The Liquid template is not valid: /);
  });
});
