import { describe, expect, it } from "vitest";
import { compileExpression } from "#expressions/compile-expression.js";

/** The errors of a source as `code text-in-the-source`, with the hint behind `|`. */
function errorsOf(source: string, allowBeyond = false): string[] {
  return compileExpression(source, { allowBeyond, globals: { text: "string", data: "IReadOnlyDictionary<string, object>" } })
    .diagnostics.filter((diagnostic) => diagnostic.severity === "error")
    .map(({ code, start, end, hint }) => `${code} ${source.slice(start, end)}${hint === undefined ? "" : ` | ${hint}`}`);
}

/** Sources and their errors: number, place, hint. */
const ERRORS: Readonly<Record<string, readonly (readonly [source: string, ...errors: string[]])[]>> = {
  names: [
    ["@(txt)", "CS0103 txt | Did you mean 'text'?"],
    ["@(Strin.Empty)", "CS0103 Strin | Did you mean 'String'?"],
    ["@(new Lst<int>())", "CS0246 Lst<int> | Did you mean 'List'?"],
    ["@(new List())", "CS0305 List"],
    ["@(System.Nope.X)", "CS0234 Nope"],
    ["@(text.Lengt)", "CS1061 Lengt | Did you mean 'Length'?"],
    ["@(text.Sbustring(1))", "CS1061 Sbustring | Did you mean 'Substring'?"],
    ["@(Math.Foo(1))", "CS0117 Foo"],
    ["@(String)", "CS0119 String"],
    ["@(System)", "CS0118 System"],
    ["@(string.Length)", "CS0120 string.Length"],
    ["@(text.Empty)", "CS0176 text.Empty | Write string.Empty."],
    ["@{ int x = 1; int x = 2; return x; }", "CS0128 x"],
    ["@{ int x = 1; { int x = 2; } return x; }", "CS0136 x"],
    ["@{ { int x = 2; } int x = 1; return x; }", "CS0136 x"],
  ],
  conversions: [
    ['@{ int x = "a"; return x; }', 'CS0029 "a"'],
    ["@{ int x = 1.5; return x; }", "CS0266 1.5 | Cast it: (int)…"],
    ["@{ byte x = 300; return x; }", "CS0031 300"],
    ["@{ decimal x = 1.5; return x; }", "CS0664 1.5 | Write 1.5m."],
    ["@{ int x = null; return x; }", "CS0037 null"],
    ['@((int)"5")', 'CS0030 (int)"5"'],
    ["@((byte)256)", "CS0221 256"],
    ["@(5 as int)", "CS0077 5 as int | Write int?, or cast."],
    ["@{ var x = null; return x; }", "CS0815 x = null | Write the type instead of var."],
    ["@{ bool b = 1; return b; }", "CS0029 1"],
    ["@(text ? 1 : 2)", "CS0029 text"],
    ['@(true ? 1 : "a")', 'CS0173 true ? 1 : "a"'],
  ],
  operators: [
    ['@(data["a"] + 1)', 'CS0019 data["a"] + 1 | What is an object here must be cast first: (int)x, (string)x …'],
    ["@(-text)", "CS0023 -text"],
    ["@(1 / 0)", "CS0020 1 / 0"],
    ["@(int.MaxValue + 1)", "CS0220 int.MaxValue + 1"],
    ["@(1m + 1.0)", "CS0019 1m + 1.0"],
    ["@(1 ?? 2)", "CS0019 1 ?? 2"],
    ["@(5?.ToString())", "CS0023 5"],
    ["@(1 = 2)", "CS0131 1"],
    ["@{ text.Length = 5; return 1; }", "CS0200 text.Length"],
    ["@{ const int c = 1; c = 2; return c; }", "CS0131 c"],
    ["@{ foreach (var i in new[] { 1 }) i = 2; return 1; }", "CS1656 i"],
    ["@{ 5; return 1; }", "CS0201 5"],
    ["@{ int i = 0; i++ ++; return i; }", "CS1059 i++"],
  ],
  calls: [
    ["@(int.Parse(5))", "CS1503 5"],
    ["@(int.Parse())", "CS1501 Parse"],
    ["@(text.Substring(1, 2, 3))", "CS1501 Substring"],
    ["@(text.Length())", "CS1955 text.Length | Leave the brackets out."],
    ["@(text.ToUpper)", "CS0428 text.ToUpper | Write ToUpper()."],
    ["@(text.Substring(start: 1))", "CS1739 start: 1"],
    ["@(int.TryParse(text, 5))", "CS1620 5 | Write out before the argument."],
    ["@{ string s; return data.TryGetValue(text, out s); }", "CS1503 out s"],
    ["@(new DateTime(text))", "CS1503 text"],
    ["@(String(5))", "CS1955 String | Write new string(…)."],
    ["@(x => x)", "CS1660 x => x"],
    ["@(new[] { 1 }.Select(x => y))", "CS0103 y"],
    ["@(new[] { 1 }.Where(x => x))", "CS0029 x", "CS1662 x"],
    ["@(new[] { 1 }.Select((a, b, c) => 1))", "CS0411 Select"],
    ["@(from x in 5 select x)", "CS1936 select x"],
    ["@(new[] { 1, text })", "CS0826 new[] { 1, text }"],
  ],
  statements: [
    ["@{ foreach (var x in 5) { } return 1; }", "CS1579 5"],
    ["@{ break; return 1; }", "CS0139 break;"],
    ["@{ switch (1) { case 1: return 1; case 1: return 2; } return 0; }", "CS0152 case 1:"],
    ["@{ switch (1) { case 1: int x = 1; break; case 2: int x = 2; break; } return 0; }", "CS0128 x"],
    ["@{ switch (1) { case 1: { int x = 1; break; } case 2: x = 2; break; } return 0; }", "CS0103 x"],
    ["@{ switch (1) { case int n: break; case 2: n = 2; break; } return 0; }", "CS0103 n"],
    ["@{ switch (1) { case 1: int x = 1; break; } return x; }", "CS0103 x"],
    ["@{ void F() { } var x = F(); return 1; }", "CS0815 x = F() | The call gives no value: leave the variable out."],
    ["@{ void F() { } object x = F(); return 1; }", "CS0029 F()"],
    ["@{ void F() { } return F(); }", "CS0029 F()"],
    ["@{ void x = 5; return 1; }", "CS1547 void"],
    ["@{ throw text; }", "CS0155 text"],
    ["@{ throw; }", "CS0156 throw;"],
    ["@{ using (5) { } return 1; }", "CS1674 5"],
    ["@{ return; }", "CS0126 return;"],
    ["@{ { x: ; } goto x; }", "CS0159 goto x;"],
    ["@{ a: a: return 1; }", "CS0140 a: return 1;"],
    ["@{ try { return 1; } finally { return 2; } }", "CS0157 { return 2; }"],
    ["@{ dynamic d = 5; return d; }", "TP1102 dynamic | Use the type of the value, or object."],
  ],
  "several at once": [
    ["@{ var a = nope; var b = text.Foo; return a + b + other; }", "CS0103 nope", "CS1061 Foo", "CS0103 other"],
  ],
  "outside the documented list": [
    ["@(Func<int>.Equals(1, 2))", "TP1101 Func<int>"],
    ["@{ try { return 1; } catch (FormatException) { return 2; } }", "TP1101 FormatException"],
    ["@(Regex.Escape(text))", "TP1101 Escape | Did you mean 'Unescape'?"],
    ["@(DateTime.UtcNow.Kind)", "TP1101 Kind"],
    ["@(XDocument.Load(text))", "CS0117 Load"],
  ],
};

describe.each(Object.entries(ERRORS))("%s", (_, table) => {
  it.each(table.map(([source, ...errors]) => [source, errors] as const))("%s", (source, errors) => {
    expect(errorsOf(source)).toEqual(errors);
  });
});

describe("what is outside the list", () => {
  it("may be allowed", () => {
    expect(errorsOf("@{ try { return 1; } catch (FormatException) { return Regex.Escape(text); } }", true)).toEqual([]);
  });

  it("is named in the message", () => {
    const message = (source: string) => compileExpression(source).diagnostics[0]!.message;
    expect(message('@(Regex.Escape("a"))')).toBe(
      "Usage of member 'Escape' of type 'System.Text.RegularExpressions.Regex' is not supported within expressions",
    );
    expect(message("@(new ArgumentException())")).toBe(
      "Usage of type 'System.ArgumentException' is not supported within expressions",
    );
  });
});
