import { describe, expect, it } from "vitest";
import { compileExpression } from "#expressions/compile-expression.js";
import { describeValue } from "#expressions/describe.js";

/** The text of an expression's value; what went wrong if it does not compile. */
function textOf(source: string): string | null | undefined {
  const { expression, diagnostics } = compileExpression(source, { allowBeyond: true });
  if (expression === null) return diagnostics.map((diagnostic) => `${diagnostic.code} ${diagnostic.message}`).join("; ");
  return describeValue(expression.evaluate([]), expression.scope).text;
}

/** Expressions and the texts of their values. */
const TABLES: Readonly<Record<string, readonly (readonly [source: string, text: string])[]>> = {
  "local functions": [
    [
      "@{ int F(int n) { return n <= 0 ? 0 : G(n - 1) + 1; } int G(int n) { return n <= 0 ? 0 : F(n - 1) + 1; } return F(5); }",
      "5",
    ],
    ["@{ return F(3); int F(int n) { return n * k(); } int k() => 7; }", "21"],
    ['@{ T Id<T>(T x) { return x; } return Id(5) + Id("a") + Id<long>(3); }', "5a3"],
    ["@{ int total = 0; Add(2); Add(3); return total; void Add(int x) { total += x; } }", "5"],
    ["@{ void Inc(ref int x) { x++; } int a = 1; Inc(ref a); Inc(ref a); return a; }", "3"],
    ['@{ void Out(out string s) { s = "x"; } Out(out var q); return q; }', "x"],
    [
      "@{ int F(int a, int b = 10, params int[] r) { return a * 100 + b + r.Length; } return F(1) + F(1, 2) + F(1, 2, 3, 4) + F(b: 5, a: 2); }",
      "521",
    ],
    [
      '@{ string Name(object o) { switch (o) { case null: return "null"; case int i when i > 5: return "big"; case int _: return "int"; case string s: return s; default: return "?"; } } return Name(null) + Name(6) + Name(1) + Name("x") + Name(2.0); }',
      "nullbigintx?",
    ],
  ],
  "nullable types": [
    ["@{ int? a = 5; int? b = null; return (a + b) == null; }", "True"],
    ['@{ int? a = 5; return a * 2 > 9 ? "y" : "n"; }', "y"],
    ["@{ long? a = 5; a += 3; a++; return a; }", "9"],
    ['@{ string s = null; return s?.Length.ToString() ?? "none"; }', "none"],
    ['@{ string s = "abc"; return s?.Substring(1)?.ToUpper()[0]; }', "B"],
    ['@{ int x = default; string s = default; return x + (s ?? "n"); }', "0n"],
    ["@{ DateTime? d = null; return d?.Year ?? 1; }", "1"],
    ["@{ DateTime? d = new DateTime(2020, 1, 2); return d.Value.Year + d?.Month; }", "2021"],
    ["@{ DateTime? a = null; DateTime? b = null; return a == b; }", "True"],
    ["@{ DateTime? a = new DateTime(2020,1,1); return a < DateTime.MaxValue; }", "True"],
    ["@{ TimeSpan? t = DateTime.MaxValue - DateTime.MinValue; return t.HasValue; }", "True"],
    ["@((int?)null ?? 3)", "3"],
    ["@{ int? x = 3; long y = x ?? 4L; return y; }", "3"],
    ["@{ object o = new List<int> { 1 }; return (o as List<int>)?.Count; }", "1"],
    ["@{ bool? b = null; return (b & false) == false && (b | true) == true; }", "True"],
    ["@{ int? n = null; return n.ToString() + n.GetValueOrDefault(4) + n.HasValue; }", "4False"],
  ],
  assignment: [
    ["@{ byte b = 5; b += 3; b++; b <<= 1; return b; }", "18"],
    ["@{ var a = new int[3]; int i = 0; a[i++] += 5; a[i++]++; return a[0] * 100 + a[1] * 10 + i; }", "512"],
    ['@{ var d = new Dictionary<string, int> { ["a"] = 1 }; d["a"] += 4; d["a"]--; return d["a"]; }', "4"],
    ["@{ DayOfWeek d = DayOfWeek.Monday; d++; return d + 1; }", "Wednesday"],
    ["@{ decimal d = 5; d += 1.5m; return d * 2; }", "13.0"],
    ["@{ float f = 1; f += 0.5f; double g = f; return g; }", "1.5"],
    ["@{ var x = 5; x = x++ + ++x; return x; }", "12"],
    ["@{ string s = \"a\"; s += 1; s += 'c'; s += null; return s; }", "a1c"],
    ["@{ var x = (5); (x)++; return (x); }", "6"],
  ],
  "patterns and switch": [
    ['@{ object o = 5; return o is int i && i > 3 ? i.ToString() : "no"; }', "5"],
    ['@{ object o = "s"; if (!(o is string s)) return 0; return s.Length; }', "1"],
    [
      '@{ int x = 5; string r; switch (x) { case int n when n > 10: r = "big"; break; case 5: r = "five"; break; default: r = "d"; break; } return r; }',
      "five",
    ],
    ['@{ object o = 5L; switch (o) { case 5: return "int"; case 5L: return "long"; default: return "none"; } }', "long"],
    ['@(int.Parse("5") as object is int)', "True"],
    ["@{ object o = new List<int> { 1 }; return o is IEnumerable<int> e; }", "True"],
    ['@{ switch ("b") { case "a": case "b": goto default; default: return 7; } }', "7"],
    ["@{ switch (2) { case 1: int x = 5; return x; case 2: x = 7; return x; default: return 0; } }", "7"],
    ["@{ switch (1) { case 1: int x = 5; return x; case 2: x = 7; return x; default: return 0; } }", "5"],
    ["@{ switch (2) { case 1: int x, y; break; default: y = 3; x = 4; return x * y; } return 0; }", "12"],
    ["@{ switch (2) { case 1: const int K = 5; return K; default: return K + 1; } }", "6"],
    [
      '@{ switch (2) { case 1: int.TryParse("1", out var n); return n; case 2: int.TryParse("8", out n); return n; } return 0; }',
      "8",
    ],
    [
      '@{ switch (2) { case 1: int x = 1; return x; case 2: x = 2; var twice = new[] { 1, 2 }.Select(i => i * x); x = 5; return string.Join(",", twice); } return 0; }',
      "5,10",
    ],
    [
      "@{ int r = 0; switch (1) { case 1: int x = 1; var later = new[] { 1 }.Select(i => i + x); goto case 2; case 2: x = 41; r = x; break; } return r; }",
      "41",
    ],
    [
      '@{ string s = ""; for (int i = 0; i < 4; i++) { switch (i % 2) { case 0: string t = "a" + i; s += t; break; default: t = "b" + i; s += t; break; } } return s; }',
      "a0b1a2b3",
    ],
    ["@{ switch (2) { case 1: int Twice(int v) { return v * 2; } return Twice(1); default: return Twice(21); } }", "42"],
    ["@{ switch (2) { case 1: int x = 1; return x; default: x = 4; int Add(int v) { return v + x; } return Add(1); } }", "5"],
    ["@{ object o = 3; switch (o) { case int n: int x = n; return x; case string n: x = n.Length; return x; } return 0; }", "3"],
  ],
  text: [
    ['@($"{1 + 1,5}|{3.14159:F2}|{(true ? "a" : "b")}|{{}}")', "    2|3.14|a|{}"],
    ['@(1 + 2 + "a" + 1 + 2)', "3a12"],
    ["@('a' + \"b\" + 'c')", "abc"],
    ['@("" + null + true + 1.5 + DayOfWeek.Friday)', "True1.5Friday"],
    ['@{ const int a = 5; const string s = "x" + "y"; return s + a; }', "xy5"],
    ["@{ unchecked { int x = int.MaxValue; return x + 1; } }", "-2147483648"],
    ["@(default(int) + default(string) + default(DateTime).Year)", "01"],
    ['@{ var x = new { A = 1, B = "b" }; var y = new { A = 2, B = "c" }; x = y; return x.B + x.A; }', "c2"],
    ["@{ int[,] a = { { 1, 2 }, { 3, 4 } }; return a[1, 0] + a.Length; }", "7"],
    ["@{ ulong u = 5; return u + 1; }", "6"],
    ['@(string.Format("{0}-{1}", 1, "b"))', "1-b"],
    ['@(string.Join(",", 1, 2, "c"))', "1,2,c"],
    ["@(string.Concat(\"a\", 1, 'c'))", "a1c"],
    ["@(Math.Max(1, 2L) + Math.Abs(-3.5m))", "5.5"],
    ["@(Math.Round(2.5) + Math.Pow(2, 3))", "10"],
    ["@{ int x = 1; { int y = x; x = y + 1; } { int y = x; x = y + 1; } return x; }", "3"],
    ['@{ var t = new Tuple<int, string>(1, "a"); return t.Item1 + t.Item2; }', "1a"],
    ["@(nameof(System.String.Length) + nameof(Math))", "LengthMath"],
    ['@(Convert.ToInt32("7") + Convert.ToInt32(3.5))', "11"],
    ["@(5.ToString() + 'c'.ToString() + true.ToString() + 1.5.ToString() + 2m.ToString())", "5cTrue1.52"],
    ["@(new string('a', 3) + new string(new[] { 'b', 'c' }))", "aaabc"],
    ['@{ char c = "abc"[1]; return c + 1; }', "99"],
    ['@(Guid.Empty.ToString("N").Length + Guid.Parse("00000000-0000-0000-0000-000000000000").ToString().Length)', "68"],
    ['@{ var x = XElement.Parse("<a><b>5</b></a>"); return (int)x.Element("b") + 1; }', "6"],
  ],
  statements: [
    ["@{ var i = 3; loop: if (i > 0) { i--; goto loop; } return i; }", "0"],
    [
      "@{ int n = 0; for (int i = 0; i < 5; i++) for (int j = 0; j < 5; j++) { if (i * j == 6) goto done; n++; } done: return n; }",
      "13",
    ],
    ["@{ var s = 0; foreach (int i in new List<int> { 1, 2, 3 }) { if (i == 2) continue; s += i; } return s; }", "4"],
    ["@{ long s = 0; foreach (long i in new[] { 1, 2, 3 }) s += i; return s; }", "6"],
    ["@{ int i = 0; while (true) { if (++i > 5) break; } return i; }", "6"],
    ["@{ int i = 0; do i++; while (i < 3); return i; }", "3"],
    [
      '@{ try { try { throw new Exception("a"); } finally { } } catch (Exception e) when (e.Message == "a") { return "caught"; } }',
      "caught",
    ],
    [
      '@{ try { throw new Exception("x"); } catch (Exception) { try { throw; } catch (Exception e) { return e.Message; } } }',
      "x",
    ],
    ['@{ IEnumerable<object> e = new List<string> { "a" }; var s = ""; foreach (var x in e) s += x; return s; }', "a"],
    ['@{ using (var w = new StringWriter()) { w.Write("x"); return w.ToString(); } }', "x"],
    ["@{ checked { try { int x = int.MaxValue; return x + 1; } catch (Exception e) { return e.Message.Length > 0; } } }", "True"],
    ["@{ var q = 0; for (int i = 0, j = 5; i < j; i++, --j) q += j - i; return q; }", "9"],
  ],
  "lambdas and delegates": [
    ["@(((Func<int, int>)(x => x * 2))(4))", "8"],
    ["@{ Func<int, Func<int, int>> add = a => b => a + b; return add(2)(3); }", "5"],
    ['@{ Action<string> a = s => { }; a("x"); return 1; }', "1"],
    ['@{ Func<string, int> f = int.Parse; return f("12"); }', "12"],
    ['@{ Func<string> f = "abc".ToUpper; return f(); }', "ABC"],
    ["@(new List<int> { 3, 1, 2 }.ConvertAll(x => x.ToString()).Count)", "3"],
    ['@{ var l = new List<string> { "b", "a" }; l.Sort((x, y) => string.CompareOrdinal(x, y)); return l[0]; }', "a"],
    ["@{ int x = 5; Func<int> f = () => x; x = 6; return f(); }", "6"],
    [
      "@{ var a = new List<Func<int>>(); for (int i = 0; i < 2; i++) { var j = i; a.Add(() => j * 10); } return a[0]() + a[1](); }",
      "10",
    ],
  ],
  "calls, conversions, arrays": [
    ["@((DayOfWeek)3 == DayOfWeek.Wednesday && DayOfWeek.Friday > DayOfWeek.Monday)", "True"],
    ["@((StringSplitOptions.RemoveEmptyEntries | 0).ToString())", "RemoveEmptyEntries"],
    ['@{ if (int.TryParse("12", out int n)) return n; return -1; }', "12"],
    ["@{ int[][] a = { new[] { 1 }, new int[] { 2, 3 } }; return a[1][1]; }", "3"],
    ["@{ uint u = 5; return -u; }", "-5"],
    ['@{ return true ? (object)1 : "a"; }', "1"],
    ['@{ string s = "x"; return s == null ? throw new Exception("n") : s; }', "x"],
    ["@(new StringBuilder().Append(1).Append('x').Append(\"s\").Append(true).ToString())", "1xsTrue"],
    ["@(char.IsDigit(\"a1\", 1) && char.IsLetter('x'))", "True"],
    ["@(\"a,b;c\".Split(',', ';').Length)", "3"],
    ["@(\"a,b\".Split(new[] { ',' }, StringSplitOptions.RemoveEmptyEntries)[1])", "b"],
    ['@{ object[] a = new string[] { "q" }; return a[0]; }', "q"],
    ["@(typeof(int) == typeof(Int32))", "True"],
    ['@(Tuple.Create(1, "a").Item2)', "a"],
    ["@(System.Math.PI > 3 && Int32.MaxValue > 5)", "True"],
    ['@(System.Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("a")))', "YQ=="],
    ["@{ int a = 1; int b = a > 0 ? a < 5 ? 1 : 2 : 3; return b; }", "1"],
    ['@(5.Equals(5) && "a".Equals("a") && !5.Equals("5"))', "True"],
    ["@(5.GetHashCode() == 5.GetHashCode())", "True"],
    ["@(object.Equals(1, 1) && object.ReferenceEquals(null, null))", "True"],
    ["@(\"abc\"[1] == 'b')", "True"],
    ["@(new[] { 1, 2.5, 3 }[0])", "1"],
    ['@(new Dictionary<string, object> { { "a", 1 }, { "b", "x" } }.Count)', "2"],
    [
      '@{ var m = new Dictionary<string, Dictionary<string, int>> { { "a", new Dictionary<string, int> { { "b", 2 } } } }; return m["a"]["b"]; }',
      "2",
    ],
    [
      '@(DateTime.Parse("2020-01-02") < new DateTime(2021, 1, 1) && new DateTime(2020,1,1).AddDays(1) == new DateTime(2020,1,2))',
      "True",
    ],
    ["@((new DateTime(2020,1,2) - new DateTime(2020,1,1)).TotalHours)", "24"],
    ["@(((DateTimeOffset)new DateTime(1970,1,2)).ToUnixTimeSeconds())", "86400"],
    ['@{ XElement x = new XElement("a", new XAttribute("b", 1), "t"); return x.ToString(); }', '<a b="1">t</a>'],
    ['@{ var x = XElement.Parse("<a/>"); return x.Name == "a" && (string)x.Attribute("q") == null; }', "True"],
  ],
};

describe.each(Object.entries(TABLES))("%s", (_, table) => {
  it.each(table)("%s", (source, text) => {
    expect(textOf(source)).toBe(text);
  });
});
