import { describe, expect, it } from "vitest";
import { findExpressionEnd } from "#expressions/expression-end.js";

/** Expressions that end before the bar. */
const COMPLETE = [
  "@(a)| b)",
  "@{ return 1; }|}",
  "@((a + (b)))|)",
  '@("a)")|)',
  '@("\\")")|)',
  '@("\\\\")|)")',
  "@(')')|)",
  "@('\\'')|)",
  "@('\\\\')|)",
  "@('\"')|\")",
  "@('abc)')|)",
  '@(@"a"")\\")|)',
  '@(@"a\n)")|)',
  '@($"{a})")|)',
  '@($"{{)")|)',
  '@($"{f(")")})")|)',
  '@($"{(a ? ")" : "}")})")|)',
  '@($"{d:yyyy)}(")|)',
  '@($"{a,5:x(}")|)',
  '@($"{global::System.Math.Max(1, 2)}")|)',
  '@($"{x[$"{y[")"]}"]}")|)',
  '@($@"{a}"")\n{b}")|)',
  '@(@$"{a}"")")|)',
  '@($"{new[] { 1 }.Select(x => { return x; }).Count()}")|)',
  '@($"{a\n+ b}")|)',
  "@(a // it's ) (\n)|",
  "@(a /* ) \" ' */)|",
  '@{ var x = "open\n; }|',
  '@{ var x = $"{"; return s; \n}|',
  '@{ var x = $"{a; \n return s; }|',
  "@{ a's }|",
  '@{ var r = """\n } " "" \n"""; }|',
  "@{ if (a) { b(); } /* } */ }| }",
  "@(a ? b : c)|",
  "@(a / b)|",
  "(a)|",
];

/** Documents with entities. */
const ENTITIES = [
  "@(&quot;)&quot;)|)",
  "@(&quot;\\&quot;)&quot;)|)",
  "@(@&quot;a&quot;&quot;)&quot;)|)",
  "@($&quot;{f(&quot;)&quot;)})&quot;)|)",
  "@(&apos;)&apos;)|)",
  "@(&#39;&quot;&#39;)|)",
  '@("&quot;)")|)',
  "@(a // it's )&#xA;)|",
];

describe("findExpressionEnd", () => {
  it.each(COMPLETE)("%s", (marked) => {
    const end = marked.lastIndexOf("|");
    expect(findExpressionEnd(marked.slice(0, end) + marked.slice(end + 1), 0)).toBe(end);
  });

  it.each(ENTITIES)("%s with entities", (marked) => {
    const end = marked.lastIndexOf("|");
    expect(findExpressionEnd(marked.slice(0, end) + marked.slice(end + 1), 0, { entities: true })).toBe(end);
  });

  it.each(["@(a", "@{ a", '@("a)', "@(/* )", '@($"{a)', '@(@"a)', "a", "@", ""])("%s has no end", (text) => {
    expect(findExpressionEnd(text, 0)).toBeNull();
  });

  it("starts anywhere and takes the offset of the at sign or of the bracket", () => {
    expect(findExpressionEnd("<a>@(b)</a>", 3)).toBe(7);
    expect(findExpressionEnd("<a>@(b)</a>", 4)).toBe(7);
  });

  it("is not troubled by depth or length", () => {
    const deep = `@(${'$"{'.repeat(50_000)}`;
    expect(findExpressionEnd(deep, 0)).toBeNull();
    const closed = `@(${'$"{'.repeat(50_000)}1${'}"'.repeat(50_000)})`;
    expect(findExpressionEnd(closed, 0)).toBe(closed.length);
  });
});
