import { describe, expect, it } from "vitest";
import { compileExpression } from "#expressions/compile-expression.js";

/** Source → codes and places of errors and warnings; context is a bool and num an int. */
const FLOW: readonly (readonly [source: string, diagnostics: string])[] = [
  ["@{ int x; return x; }", "CS0165 17-18"],
  ["@{ int x = 1; return x; }", ""],
  ["@{ int x; x = 1; return x; }", ""],
  ["@{ int x; if (context) x = 1; return x; }", "CS0165 37-38"],
  ["@{ int x; if (context) x = 1; else x = 2; return x; }", ""],
  ["@{ int x; if (context) x = 1; else return 0; return x; }", ""],
  ["@{ int x; if (context) x = 1; else throw new Exception(); return x; }", ""],
  ["@{ int x; if (context && (x = 1) > 0) return x; return 0; }", ""],
  ["@{ int x; if (context && (x = 1) > 0) return 1; return x; }", "CS0165 55-56"],
  ["@{ int x; if (context || (x = 1) > 0) return 1; return x; }", ""],
  ["@{ int x; if (context || (x = 1) > 0) return x; return 0; }", "CS0165 45-46"],
  ["@{ int x; if (!(context && (x = 1) > 0)) return 0; return x; }", ""],
  ["@{ int x; var y = context ? (x = 1) : (x = 2); return x; }", ""],
  ["@{ int x; var y = context ? (x = 1) : 2; return x + y; }", "CS0165 48-49"],
  ["@{ int x; if (context ? (x = 1) > 0 : false) return x; return 0; }", ""],
  ["@{ int x; if (context ? (x = 1) > 0 : true) return x; return 0; }", "CS0165 51-52"],
  ["@{ int x; while (context) x = 1; return x; }", "CS0165 40-41"],
  ["@{ int x; while (true) { x = 1; break; } return x; }", ""],
  ["@{ int x; while (true) { if (context) break; x = 1; } return x; }", "CS0165 61-62"],
  ["@{ int x; do { x = 1; } while (context); return x; }", ""],
  ["@{ int x; do { if (context) continue; x = 1; } while (x > 1); return x; }", "CS0165 54-55"],
  ["@{ int x; for (x = 0; x < 3; x++) { } return x; }", ""],
  ["@{ int x; for (;;) { x = 1; break; } return x; }", ""],
  ["@{ int x; for (int i = 0; i < 3; i++) x = i; return x; }", "CS0165 52-53"],
  ["@{ int x; foreach (var i in new[] { 1 }) x = i; return x; }", "CS0165 55-56"],
  ["@{ foreach (var i in new[] { 1 }) { int x; x = i; return x; } return 0; }", ""],
  ["@{ int x; switch (num) { case 1: x = 1; break; default: x = 2; break; } return x; }", ""],
  ["@{ int x; switch (num) { case 1: x = 1; break; } return x; }", "CS0165 56-57"],
  ["@{ int x; switch (num) { case 1: x = 1; break; case 2: return 0; default: throw new Exception(); } return x; }", ""],
  ["@{ switch (num) { case 1: int x = 1; return x; case 2: return x; } return 0; }", "CS0165 62-63"],
  ["@{ switch (num) { case 1: int x = 1; return x; case 2: x = 2; return x; } return 0; }", ""],
  ["@{ switch (num) { case 1: int x = 1; goto case 2; case 2: return x; } return 0; }", "CS0165 65-66"],
  ["@{ switch (num) { case 1: int x; if (context) x = 1; return x; default: return 0; } }", "CS0165 60-61"],
  ["@{ switch (num) { case 1: int x = 1; return x; case 2: return new[] { 1 }.Select(i => i + x); } return 0; }", "CS0165 90-91"],
  ["@{ int x; try { x = 1; } catch { x = 2; } return x; }", ""],
  ["@{ int x; try { x = 1; } catch { } return x; }", "CS0165 42-43"],
  ['@{ int x; try { x = int.Parse("1"); } catch { return 0; } return x; }', ""],
  ["@{ int x; try { } finally { x = 1; } return x; }", ""],
  ["@{ int x; try { x = 1; } finally { num.ToString(); } return x; }", ""],
  ["@{ int x; try { x = 1; } finally { x.ToString(); } return x; }", "CS0165 35-36"],
  ["@{ int x; while (true) { try { break; } finally { x = 1; } } return x; }", ""],
  ["@{ int x; try { x = 1; throw new Exception(); } catch { return x; } }", "CS0165 63-64"],
  ['@{ int x; int.TryParse("1", out x); return x; }', ""],
  ['@{ if (int.TryParse("1", out var x)) return x; return x; }', ""],
  ['@{ if (context && int.TryParse("1", out var x)) return x; return 0; }', ""],
  ['@{ if (context && int.TryParse("1", out var x)) return 0; return x; }', "CS0165 65-66"],
  ['@{ if (context || int.TryParse("1", out var x)) return x; return 0; }', "CS0165 55-56"],
  ["@{ object o = 1; if (o is int i) return i; return 0; }", ""],
  ["@{ object o = 1; if (o is int i) return 0; return i; }", "CS0165 50-51"],
  ["@{ object o = 1; if (!(o is int i)) return 0; return i; }", ""],
  ["@{ object o = 1; if (!(o is int i)) return i; return i; }", "CS0165 43-44"],
  ["@{ object o = 1; return o is int i && i > 0; }", ""],
  ["@{ object o = 1; return o is int i || i > 0; }", "CS0165 38-39"],
  ["@{ object o = 1; switch (o) { case int i when i > 0: return i; case string s: return s; } return 0; }", ""],
  ["@{ int x; Func<int> f = () => x; x = 1; return f(); }", "CS0165 30-31"],
  ["@{ int x; Func<int> f = () => { x = 1; return x; }; return f(); }", ""],
  ["@{ int x; Action f = () => { x = 1; }; f(); return x; }", "CS0165 51-52"],
  ["@{ Func<int, int> f = n => { int y; return y; }; return f(1); }", "CS0165 43-44"],
  ["@{ int x; int f() { return x; } x = 1; return f(); }", ""],
  ["@{ int x; int f() { return x; } return f(); }", "CS0165 39-40"],
  ["@{ int x; void f() { x = 1; } f(); return x; }", ""],
  ["@{ int x; void f() { if (context) x = 1; } f(); return x; }", "CS0165 55-56"],
  ["@{ int x; int f() => g(); int g() => x; return f(); }", "CS0165 47-48"],
  ["@{ int x; int f() => g(); int g() => x; x = 2; return f(); }", ""],
  ["@{ int f(int n) { return n == 0 ? 1 : n * f(n - 1); } return f(5); }", ""],
  ["@{ int f(int n) { if (n > 0) return 1; } return f(5); }", "CS0161 39-40"],
  ["@{ int f() { int y; return y; } return f(); }", "CS0165 27-28"],
  ["@{ void f() { return; } f(); return 1; }", ""],
  ["@{ void f(out int a) { a = 1; } int b; f(out b); return b; }", ""],
  ["@{ void f(out int a) { } int b; f(out b); return b; }", "CS0177 23-24"],
  ["@{ void f(out int a) { if (context) return; a = 1; } int b; f(out b); return b; }", "CS0177 51-52"],
  ["@{ int f(out int a) { a = a + 1; return 1; } return f(out var b); }", "CS0269 26-27"],
  ["@{ void f(ref int a) { a = 1; } int b; f(ref b); return b; }", "CS0165 39-47"],
  ["@{ }", "CS0161 3-4"],
  ["@{ if (context) return 1; }", "CS0161 26-27"],
  ["@{ while (true) { } }", ""],
  ["@{ while (context) { return 1; } }", "CS0161 33-34"],
  ["@{ for (;;) { } }", ""],
  ["@{ for (;;) { break; } }", "CS0161 23-24"],
  ["@{ do { return 1; } while (true); }", ""],
  ["@{ try { return 1; } catch { } }", "CS0161 31-32"],
  ["@{ try { return 1; } finally { } }", ""],
  ["@{ try { } finally { throw new Exception(); } }", ""],
  ["@{ switch (num) { case 1: return 1; default: return 2; } }", ""],
  ["@{ switch (num) { case 1: return 1; } }", "CS0161 38-39"],
  ["@{ throw new Exception(); }", ""],
  ["@{ foreach (var x in new[] { 1 }) return x; }", "CS0161 44-45"],
  ['@{ using (var s = new System.IO.StringReader("")) return 1; }', ""],
  ['@{ lock ("a") { return 1; } }', ""],
  ["@{ if (true) return 1; }", ""],
  ["@{ if (true) return 1; else { } }", ""],
  ["@{ const bool c = true; while (c) { } }", ""],
  ["@{ while (!false) { } }", ""],
  ["@{ switch (num) { case 1: num.ToString(); case 2: return 1; } return 0; }", "CS0163 18-25"],
  ["@{ switch (num) { case 1: return 1; case 2: num.ToString(); } return 0; }", "CS8070 36-43"],
  ["@{ switch (num) { case 1: case 2: return 1; } return 0; }", ""],
  ["@{ switch (num) { case 1: while (true) { } case 2: return 1; } return 0; }", ""],
  ["@{ switch (num) { case 1: goto case 2; case 2: return 1; } return 0; }", ""],
  ["@{ switch (num) { case 1: if (context) break; return 1; default: throw new Exception(); } return 0; }", ""],
  ["@{ return 1; return 2; }", "CS0162 13-22"],
  ["@{ while (true) { } return 2; }", "CS0162 20-29"],
  ["@{ if (false) { num.ToString(); } return 1; }", "CS0162 16-31"],
  ["@{ int x; return 1; }", "CS0168 3-9"],
  ["@{ int x = 1; return 1; }", "CS0219 3-13"],
  ["@{ var x = num.ToString(); return 1; }", ""],
  ["@{ int x; x = 1; return 1; }", "CS0219 3-9"],
  ["@{ try { } catch (Exception e) { } return 1; }", ""],
  ["@{ for (int i = 0; i < 3; i++) { continue; num.ToString(); } return 1; }", "CS0162 43-58"],
  ["@{ DateTime d; return d.Year; }", "CS0165 22-23"],
  ["@{ DateTime d; return d; }", "CS0165 22-23"],
  ["@{ int? n; return n.HasValue; }", "CS0165 18-19"],
  ["@{ int x; x++; return x; }", "CS0165 10-11"],
  ["@{ int x; x += 1; return x; }", "CS0165 10-11"],
  ["@{ int[] a; a[0] = 1; return a; }", "CS0165 12-13"],
  ["@{ string s; return s?.Length; }", "CS0165 20-21"],
  ['@{ string s; return $"{s}"; }', "CS0165 23-24"],
  ['@{ string s = null; return s ?? (s = "a"); }', ""],
  ['@{ string s; string t = null; var u = t ?? (s = "a"); return s; }', "CS0165 61-62"],
  ['@{ string s; string t = null; var u = t ?? throw new Exception(s = "a"); return s; }', "CS0165 80-81"],
  ["@{ int x; var o = new { x }; return o; }", "CS0165 24-25"],
  ["@{ int x; return nameof(x); }", "CS0168 3-9"],
  ["@{ int x; { x = 1; } return x; }", ""],
  ["@{ int x, y = x = 1; return x + y; }", ""],
  ["@{ int x; bool b = (x = 1) > 0 & true; return x; }", ""],
  ["@{ int x; checked { x = 1; } return x; }", ""],
];

describe("flow analysis", () => {
  it.each(FLOW)("%s", (source, expected) => {
    const { diagnostics } = compileExpression(source, { globals: { context: "bool", num: "int" }, allowBeyond: true });
    expect(diagnostics.map(({ code, start, end }) => `${code} ${start}-${end}`).join(", ")).toBe(expected);
  });

  it("names the variable once", () => {
    const { diagnostics } = compileExpression("@{ int total; return total + total; }");
    expect(diagnostics.map(({ message }) => message)).toEqual(["Use of unassigned local variable 'total'"]);
  });

  it("follows long chains", () => {
    const sum = `@{ int x; return ${"num + ".repeat(3000)} x; }`;
    const condition = `@{ int x; if (${"context && ".repeat(3000)} (x = 1) > 0) return x; return 0; }`;
    const choice = `@{ int x; ${"if (context) x = 1; else ".repeat(400)} x = 2; return x; }`;
    const options = { globals: { context: "bool", num: "int" } };
    expect(compileExpression(sum, options).diagnostics.map(({ code }) => code)).toEqual(["CS0165"]);
    expect(compileExpression(condition, options).diagnostics).toEqual([]);
    expect(compileExpression(choice, options).diagnostics).toEqual([]);
  });

  it("follows many variables", () => {
    const declarations = Array.from({ length: 500 }, (_, i) => `int v${i}; if (context) v${i} = 1; else v${i} = 2; `).join("");
    const sum = Array.from({ length: 500 }, (_, i) => `v${i}`).join(" + ");
    const { diagnostics } = compileExpression(`@{ ${declarations} int last; return ${sum} + last; }`, {
      globals: { context: "bool" },
    });
    expect(diagnostics.map(({ message }) => message)).toEqual(["Use of unassigned local variable 'last'"]);
  });

  it("does not take longer with every level of loops", () => {
    const loops = `@{ ${"while (true) { ".repeat(60)} num.ToString(); ${"}".repeat(60)} }`;
    expect(compileExpression(loops, { globals: { num: "int" } }).diagnostics).toEqual([]);
  });
});
