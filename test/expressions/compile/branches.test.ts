import { compileExpression } from "@turnpike/expressions";
import { describe, expect, it } from "vitest";

/** What an expression over the text `s` gives, and its branches with how often each was taken, in the order of the source. */
function run(source: string, s: string | null, language: "csharp" | "javascript" = "csharp") {
  const { expression, diagnostics } = compileExpression(source, { countsBranches: true, language, globals: { s: "string" } });
  if (expression === null) throw new Error(JSON.stringify(diagnostics));
  const branches: number[] = [];
  let value: unknown;
  try {
    value = expression.evaluate([s], undefined, { steps: 0, memory: 0, branches });
  } catch (error) {
    value = (error as { typeName: string }).typeName;
  }
  const counted = expression.branches
    .map(({ name, start, end }, i) => ({ start, text: `${name} ${branches[i] ?? 0}`, written: source.slice(start, end) }))
    .sort((a, b) => a.start - b.start);
  return { value, branches: counted.map(({ text }) => text), written: [...new Set(counted.map(({ written }) => written))] };
}

describe("branches of an expression that counts", () => {
  it.each<[string, string | null, unknown, string[]]>([
    ['@(s == "a" ? 1 : 2)', "a", 1, ["?: true 1", "?: false 0"]],
    ['@(s == "a" ? 1 : 2)', "b", 2, ["?: true 0", "?: false 1"]],
    ["@(s != null && s.Length > 1)", null, false, ["&& true 0", "&& false 1"]],
    ["@(s != null && s.Length > 1)", "ab", true, ["&& true 1", "&& false 0"]],
    ["@(s == null || s.Length > 1)", null, true, ["|| true 0", "|| false 1"]],
    ["@(s == null || s.Length > 1)", "a", false, ["|| true 1", "|| false 0"]],
    ['@(s == "a" && s != "b" && s != "c")', "a", true, ["&& true 1", "&& false 0", "&& true 1", "&& false 0"]],
    ['@(s ?? "none")', null, "none", ["?? true 1", "?? false 0"]],
    ['@(s ?? "none")', "a", "a", ["?? true 0", "?? false 1"]],
    ["@(s?.Length)", null, null, ["?. true 0", "?. false 1"]],
    ["@(s?[0])", "a", expect.anything(), ["?. true 1", "?. false 0"]],
    ['@{ if (s == "a") { return 1; } return 2; }', "a", 1, ["if true 1", "if false 0"]],
    ['@{ if (s == "a") return 1; else return 2; }', "b", 2, ["if true 0", "if false 1"]],
    ["@{ var n = 0; foreach (var c in s) { n++; } return n; }", "abc", 3, ["loop some 1", "loop none 0"]],
    ["@{ var n = 0; foreach (var c in s) { n++; } return n; }", "", 0, ["loop some 0", "loop none 1"]],
    [
      "@{ var n = 0; for (var i = 0; i < s.Length; i++) { n++; if (n == 2) break; } return n; }",
      "abc",
      2,
      ["loop some 1", "loop none 0", "if true 1", "if false 1"],
    ],
    ["@{ var n = s.Length; while (n > 1) { n--; } return n; }", "a", 1, ["loop some 0", "loop none 1"]],
    ["@{ var n = 0; do { n++; } while (n < 3); return n; }", "a", 3, ["loop some 1"]],
    ["@{ foreach (var c in s) { return 1; } return 2; }", "ab", 1, ["loop some 1", "loop none 0"]],
    [
      '@{ switch (s) { case "a": case "b": return 1; default: return 2; } }',
      "b",
      1,
      ['switch "a" 0', 'switch "b" 1', "switch default 0"],
    ],
    [
      '@{ switch (s) { case "a": case "b": return 1; default: return 2; } }',
      "z",
      2,
      ['switch "a" 0', 'switch "b" 0', "switch default 1"],
    ],
    ['@{ switch (s) { case "a": return 1; } return 2; }', "z", 2, ['switch "a" 0']],
    ['@(string.Join(",", s.Select(c => c == \'a\' ? "x" : "y")))', "aba", "x,y,x", ["?: true 2", "?: false 1"]],
    ['@(s.Length > 5 ? "long" : int.Parse(s).ToString())', "x", "System.FormatException", ["?: true 0", "?: false 1"]],
    ["@(true ? 1 : 2)", "a", 1, []],
    ['@(s is string t && t == "a")', "a", true, ["&& true 1", "&& false 0"]],
    ["@{ int n; return int.TryParse(s, out n) ? n : -1; }", "7", 7, ["?: true 1", "?: false 0"]],
  ])("%s of %j", (source, s, value, branches) => {
    expect(run(source, s)).toMatchObject({ value, branches });
  });

  it.each<[string, string, unknown, string[]]>([
    ['@(s === "a" ? 1 : 2)', "a", 1, ["?: true 1", "?: false 0"]],
    ['@(s === "a" && s !== "b")', "b", false, ["&& true 0", "&& false 1"]],
    ['@(s && "x")', "a", "x", ["&& true 1", "&& false 0"]],
    ['@(s || "x")', "", "x", ["|| true 1", "|| false 0"]],
    ['@(s || "x")', "a", "a", ["|| true 0", "|| false 1"]],
    ["@(s?.length ?? 5)", "a", 1, ["?. true 1", "?. false 0", "?? true 0", "?? false 1"]],
    ["@{ let n = 0; for (const c of s) n++; return n; }", "", 0, ["loop some 0", "loop none 1"]],
    ['@{ switch (s) { case "a": return 1; default: return 2; } }', "a", 1, ['switch "a" 1', "switch default 0"]],
    [
      "@{ if (s) return 1; else if (s === null) return 2; return 3; }",
      "",
      3,
      ["if true 0", "if false 1", "if true 0", "if false 1"],
    ],
  ])("in JavaScript: %s of %j", (source, s, value, branches) => {
    expect(run(source, s, "javascript")).toMatchObject({ value, branches });
  });

  it("stand where their operator or keyword does", () => {
    expect(run("@((s) /* a ? b */ == null\n ? 1 : s?.Length ?? 2)", "a").written).toEqual(["?", "?.", "??"]);
    expect(
      run("@{ foreach (var c in s) { if (c == 'x' && s != \"\") return 1; } while (s == null) { } return 2; }", "a").written,
    ).toEqual(["foreach", "if", "&&", "while"]);
    expect(run("@((s) /* && */ && s /* ? */ ? 1 : 2)", "a", "javascript").written).toEqual(["&&", "?"]);
  });

  it("cost no step and change no value", () => {
    const source = "@{ var n = 0; foreach (var c in s ?? \"\") { n += c == 'a' && n < 9 ? 1 : 2; } return n; }";
    const of = (countsBranches: boolean) => {
      const { expression } = compileExpression(source, { countsBranches, globals: { s: "string" } });
      const usage = { steps: 0, memory: 0 };
      return { value: expression!.evaluate(["abca"], undefined, usage), ...usage, branches: expression!.branches.length > 0 };
    };
    const { branches: counts, ...counted } = of(true);
    const { branches: plain, ...uncounted } = of(false);
    expect(counted).toEqual(uncounted);
    expect({ counts, plain }).toEqual({ counts: true, plain: false });
  });
});
