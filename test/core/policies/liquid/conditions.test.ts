import { describe, expect, it } from "vitest";
import { rendered } from "./support.js";

const holds = (condition: string): Promise<string> => rendered(`{% if ${condition} %}yes{% else %}no{% endif %}`);

describe("Liquid conditions", () => {
  it.each([
    "body.empty",
    "0",
    "body.elist",
    "body.eobj",
    "body.n == 7",
    "body.n == '7'",
    "'42' == 42",
    "body.yes == 1",
    "body.zero == false",
    "7 == 7.0",
    "7 == 7.4",
    "'12.50' == 12.50",
    "body.nil == nil",
    "body.missing != 'x'",
    "body.missing <> blank",
    "body.empty == blank",
    "empty == body.elist",
    "body.eobj == empty",
    "body.list == body.list",
    "body.yes == 'true'",
    "body.n > '5'",
    "12345678901 > 5",
    "'a' < 'A'",
    "'B' > 'a'",
    "body.n >= 7",
    "body.text contains 'World'",
    "body.text contains ''",
    "body.list contains 3.0",
    "body.words contains 'fig'",
    "body.text StartsWith 'Hell'",
    "body.text endswith 'ld'",
    "body.list startsWith 3",
    "body.list endsWith 2",
    "body.obj hasKey 'c'",
    "body.obj hasvalue 'two'",
    "true and false or true",
    "false or true and true",
    "body.n == 7 and body.yes",
    "'x or y' == body.text or body.yes",
    "'a'=='a'",
    "true && false",
    "body.text | Size == 99",
  ])("%s", async (condition) => {
    expect(await holds(condition)).toBe("yes");
  });

  it.each([
    "body.no",
    "body.nil",
    "body.missing",
    "nil",
    "and",
    "body.n==7",
    "'12.5' == 12.50",
    "'true' == body.yes",
    "body.blank == empty",
    "body.nil == blank",
    "blank == empty",
    "body.list == '312'",
    "body.missing > 5",
    "5 < body.nil",
    "7 > 6.9",
    "12 < 12.5",
    "'10' > 9",
    "body.text contains 'world'",
    "body.list contains '3'",
    "body.obj contains 'a'",
    "body.n contains 7",
    "body.missing contains 'x'",
    "(1..3) contains 2",
    "body.n startsWith '7'",
    "body.obj HasValue 1",
    "body.obj hasKey 'A'",
    "false and false or true",
    "(true or false) and false",
    "(true",
  ])("not %s", async (condition) => {
    expect(await holds(condition)).toBe("no");
  });

  it.each([
    ["body.n = 7", "Unknown operator ="],
    ["body.n === 7", "Unknown operator ==="],
    ["body.n Foo 2", "Unknown operator Foo"],
    ["body.text CONTAINS 'x'", "Unknown operator CONTAINS"],
    ["body.text starts_with 'x'", "Unknown operator starts_with"],
    ["not body.no", "Unknown operator body"],
    ["body.n AND true", "Unknown operator AND"],
    ["body.n ==body.n", "Unknown operator ==body"],
    ["body.n > 'x'", "Input string was not in a correct format."],
    ["5 < 12345678901", "Value was either too large or too small for an Int32."],
  ])("%s prints its error in place of the whole block", async (condition, message) => {
    expect(await rendered(`a{% if ${condition} %}x{% else %}y{% endif %}b`)).toBe(`aLiquid error: ${message}b`);
  });

  it.each([
    "body.text contains body.n",
    "body.text contains nil",
    "body.text startsWith nil",
    "body.obj hasKey nil",
    "body.list > 1",
    "1 < body.list",
  ])("%s fails in place", async (condition) => {
    expect(await rendered(`a{% if ${condition} %}x{% endif %}b`)).toMatch(/^aLiquid error: [\s\S]+b$/);
  });

  it.each(["", "true and", "true or "])("refuses an empty or dangling condition: %j", async (condition) => {
    expect(await rendered(`{% if ${condition} %}x{% endif %}`)).toMatch(/^refused: /);
  });
});
