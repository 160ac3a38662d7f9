import { compileExpression } from "@turnpike/expressions";
import { describe, expect, it } from "vitest";

/** Long texts are mapped a window of so many characters at a time. */
const WINDOW = 16_384;
const MOST_OFFSET = 14;

function memberOf(member: string): (text: string) => unknown {
  const { expression } = compileExpression(`@(${member}(t))`, { globals: { t: "string" } });
  return (text) => expression!.evaluate([text]);
}

const percents = [
  "%C3%A9",
  "%E4%B8%AD",
  "%F0%9F%98%80",
  "%80",
  "%C3",
  "%F0%9F",
  "%41",
  "%%41",
  "%4",
  "%zz%C3%A9",
  "%c3%A9%BF%BF%BF%BF",
];
const rows = [
  ...percents.flatMap((piece) => [
    ["Uri.UnescapeDataString", piece],
    ["System.Net.WebUtility.UrlDecode", piece],
  ]),
  ...["&eacute;", "&#233;", "&#x1F600;", "&amp", "&&lt;", "&unknown;", "&#x;"].map((piece) => [
    "System.Net.WebUtility.HtmlDecode",
    piece,
  ]),
  ...["System.Net.WebUtility.UrlEncode", "System.Net.WebUtility.HtmlEncode"].map((member) => [member, "\u{1F600}\u00e9"]),
] as [string, string][];

describe("what is mapped window by window", () => {
  it.each([8_193, 20_000, 40_000])("HtmlDecode takes a number with %i zeros as one", (zeros) => {
    const decode = memberOf("System.Net.WebUtility.HtmlDecode");
    const before = "x".repeat(WINDOW - 100);
    expect(decode(`${before} &#${"0".repeat(zeros)}65;${before}&lt;`)).toBe(`${before} A${before}<`);
  });

  it.each(rows)("%s takes %s alike wherever it stands", (member, piece) => {
    const map = memberOf(member);
    const tail = piece.repeat(12);
    for (let offset = 0; offset < MOST_OFFSET; offset++) {
      const head = "a".repeat(WINDOW - MOST_OFFSET + offset);
      expect(map(head + tail)).toBe(head + map(tail));
    }
  });
});
