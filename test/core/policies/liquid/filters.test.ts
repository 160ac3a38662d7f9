import { describe, expect, it } from "vitest";
import { rendered } from "./support.js";

describe("Liquid filters", () => {
  it.each([
    ["{{ 'straße ÄÖ' | Upcase }}{{ 'ÀB' | Downcase }}", "STRAßE ÄÖàb"],
    [
      "{{ 'hello big WORLD' | Capitalize }}|{{ \"o'neil 1st a-b\" | Capitalize }}|{{ 'HELLO wORLD' | Capitalize }}",
      "Hello Big WORLD|O'neil 1St A-B|HELLO World",
    ],
    ["{{ body.yes | Upcase }}{{ body.n | Append: '!' }}{{ body.date | Slice: 0, 10 }}", "TRUE7!02/03/2024"],
    ["{{ '€ é 😀 <\">' | Escape }}{{ \"'&\" | H }}", "€ &#233; &#128512; &lt;&quot;&gt;&#39;&amp;"],
    ["{{ 'a' | Append: nil | Append: true | Prepend: 1.50 }}[{{ nil | Append: 'x' }}]", "1.50aTrue[]"],
    [
      "{{ body.text | Truncate: 8, '--' }}|{{ body.text | Truncate: -1 }}|{{ body.text | Truncate: '8' }}|{{ body.text | Truncate: nil }}",
      "Hello,--|...|Hello...|...",
    ],
    ["{{ 'a  b c' | TruncateWords: 2 }}|{{ 'a b' | TruncateWords: 2 }}|{{ 'a b' | TruncateWords: 0, '~' }}", "a ...|a b|~"],
    [
      "{{ body.text | Slice: -3, 2 }}|{{ body.text | Slice: -99, 90 }}|{{ body.text | Slice: 12 }}|{{ body.text | Slice: 99999999999 }}",
      "rl|Hel||",
    ],
    [
      "{{ 'a,b,,c' | Split: ',' | Join: '/' }}|{{ 'ab' | Split: '' | Size }}|{{ '' | Split: ',' | Size }}|{{ nil | Split: ',' | Size }}|{{ 'a1b' | Split: 1 }}",
      "a/b/c|1|1|1|ab",
    ],
    ["[{{ '\t a b \u00a0' | Strip }}][{{ ' a ' | Lstrip }}][{{ ' a ' | Rstrip }}]", "[a b][a ][ a]"],
    ["{{ '<a>b<c' | StripHtml }}{{ 'x<br/>y' | StripHtml }}", "b<cxy"],
    [
      "{{ 'a+b c&é~' | UrlEncode }}|{{ '%zz%41+%' | UrlDecode }}|{{ \"(*)!-_.'\" | UrlEncode }}",
      "a%2Bb+c%26%C3%A9%7E|%zzA %|(*)!-_.%27",
    ],
    ["{{ body.list | Size }}{{ body.obj | Size }}{{ body.n | Size }}{{ nil | Size }}{{ body.date | Size }}", "33000"],
    ["{{ body.words | First }}{{ body.text | Last }}[{{ body.elist | First }}]{{ body.obj | First }}", "peard[][a, 1]"],
    ["{{ body.list | Join }}|{{ body.list | Join: nil }}|{{ 'abc' | Join: '-' }}|{{ nil | Join }}", "3 1 2|312|a-b-c|"],
    [
      "{{ body.objs | Map: 'k' }}|{{ body.objs | Map: 'x' | Join: ',' }}|{% assign k = body.objs | Map: 'k' %}{{ k[0] }}{{ k.first }}",
      "ba|,|b",
    ],
    [
      "{{ body.list | Sort }}|{{ 'b A a B' | Split: ' ' | Sort | Join }}|{{ body.nested | Sort | Join }}|{{ body.objs | Sort: 'k' | Map: 'k' }}",
      "123|a A b B|1 2 3 4|ab",
    ],
    ["{{ 'Helo Hello' | Uniq }}|{{ body.nested | Uniq | Join: ',' }}|{{ 5 | Uniq }}", "Helo |1,2,3,4|5"],
    [
      "{{ body.missing | Default: 5 }}|{{ body.blank | Default: 'd' }}|{{ body.no | Default: 'd' }}|{{ body.n | Default: 5 | Plus: 1 }}",
      "5|d|False|71",
    ],
  ])("%s", async (template, expected) => {
    expect(await rendered(template)).toBe(expected);
  });

  it("take out and mark line ends", async () => {
    const body = { multi: "one\ntwo\r\nthree", nulls: [null, 1, null] };
    expect(
      await rendered("{{ body.multi | StripNewlines }}|{{ body.multi | NewlineToBr }}|{{ body.nulls | Compact | Size }}", {
        body,
      }),
    ).toBe("onetwothree|one<br />\ntwo<br />\r\nthree|1");
  });

  it.each([
    ["{{ body.text | Replace: '(\\w+), (\\w+)', '$2 $1' }}", "World Hello"],
    ["{{ body.text | Replace: '.', '-' | Size }}{{ body.text | Replace: 'h', 'J' }}", "12Hello, World"],
    [
      "{{ body.text | Replace: '', 'x' }}|{{ body.text | Replace: nil, 'x' }}|{{ body.text | Replace: '[lo]' }}",
      "Hello, World|Hello, World|He, Wrd",
    ],
    ["{{ body.text | ReplaceFirst: '(l)', '[$1]' }}|{{ body.text | ReplaceFirst: 'o', nil }}", "He[$1]lo, World|Hell, World"],
    ["{{ 'x(1)(2)' | RemoveFirst: '\\(.*?\\)' }}|{{ 'a.b.c' | Remove: '.' }}", "x(2)|abc"],
    ["{{ 'C:\\new' | Replace: '\\\\', '\\\\' }}", "C:\\\\new"],
    ["a{{ body.text | Replace: '\\', '/' }}b", 'aLiquid error: parsing "\\" - Illegal \\ at end of pattern.b'],
  ])("take .NET regular expressions: %s", async (template, expected) => {
    expect(await rendered(template)).toBe(expected);
  });

  it.each([
    [
      "{{ body.date | Date: 'yyyy-MM-dd' }}|{{ body.date | Date: 'R' }}|{{ body.date | Date: '%d' }}",
      "2024-02-03|Sat, 03 Feb 2024 04:05:06 GMT|3",
    ],
    ["{{ body.date | Date: '%Y-%m-%d' }}", "Y-5-3"],
    [
      "{{ 'now' | Date: 'o' }}|{{ 'TODAY' | Date: 'HH' }}|{{ 'now' | Date: '' }}",
      "2026-01-02T03:04:05.0000000+00:00|03|01/02/2026 03:04:05",
    ],
    ["{{ 'Feb 3, 2024' | Date: 'd' }}|{{ '2024-12-31 23:59' | Date: 'HH:mm' }}", "02/03/2024|23:59"],
    ["{{ 'soon' | Date: 'yyyy' }}|{{ body.n | Date: 'yyyy' }}|{{ body.date | Date: nil }}", "soon|7|02/03/2024 04:05:06"],
    ["{{ body.date | Date: 'q' }}", "Liquid error: Input string was not in a correct format."],
  ])("write dates: %s", async (template, expected) => {
    expect(await rendered(template)).toBe(expected);
  });

  it.each([
    [
      "{{ 148387.77 | Currency: 'en-US' }}|{{ -3 | Currency: 'en-US' }}|{{ 1234567.895 | Currency: 'en-US' }}",
      "$148,387.77|($3.00)|$1,234,567.90",
    ],
    ["{{ 5 | Currency }}|{{ -3 | Currency }}|{{ 'x' | Currency: 'en-US' }}", "¤5.00|(¤3.00)|x"],
    ["{{ 12345678901234567890.25 | Currency: 'en-GB' }}", "£12,345,678,901,234,567,890.25"],
    ["{{ nil | Currency }}", "Liquid error: Object reference not set to an instance of an object."],
    ["{{ 5 | Currency: 'xx-nope' }}", expect.stringMatching(/^Liquid error: Culture is not supported\./)],
  ])("write amounts: %s", async (template, expected) => {
    expect(await rendered(template)).toEqual(expected);
  });

  it.each([
    ["{{ body.text | Replace }}", "Replace", "string"],
    ["{{ body.n | Plus }}", "Plus", "operand"],
    ["{{ body.text | Slice }}", "Slice", "start"],
    ["{{ body.text | Split }}", "Split", "pattern"],
    ["{{ body.objs | Map }}", "Map", "property"],
    ["{{ 'now' | Date }}", "Date", "format"],
    ["{{ 'x' | Default }}", "Default", "defaultValue"],
    ["{{ 5 | AtMost }}", "AtMost", "atMost"],
  ])("%s lacks an argument", async (template, filter, parameter) => {
    expect(await rendered(template)).toBe(
      `Liquid syntax error: Error - Filter '${filter}' does not have a default value for '${parameter}' and no value was supplied`,
    );
  });

  it.each([
    "{{ 'a' | Upcase: 1 }}",
    "{{ body.text | Truncate: 5, '.', 'x' }}",
    "{{ body.text | Truncate: 99999999999 }}",
    "{{ body.text | Truncate: 'x' }}",
    "{{ body.text | Truncate: 5, nil }}",
    "{{ body.text | Slice: 1, -1 }}",
    "{{ body.text | Replace: 'o', nil }}",
    "{{ body.text | Remove: '' }}",
    "{{ body.list | Upcase }}",
    "{{ body.obj | Append: 'x' }}",
    "{{ 'x' | Append: (1..2) }}",
    "{{ 'a' | Times: 3 | Upcase }}",
    "{{ body.list | Default: 'x' }}",
    "{{ body.n | First }}",
    "{{ body.n | Join }}",
    "{{ body.nested | Map: 'k' | Sort | Join: body.list }}",
  ])("%s fails in place", async (template) => {
    expect(await rendered(`a${template}b`)).toMatch(/^aLiquid error: [\s\S]+b$/);
  });

  it.each([
    "upcase",
    "UPCASE",
    "Nope",
    "divided_by: 2",
    "date: 'yyyy'",
    "Where: 'a', 1",
    "Reverse",
    "Concat: body.list",
    "json",
    "Ceil",
    "Floor",
    "Sum",
  ])("a name that is no filter, %s, lets the value through", async (name) => {
    expect(await rendered(`{{ body.text | ${name} }}{{ body.missing | ${name} }}`)).toBe("Hello, World");
  });
});
