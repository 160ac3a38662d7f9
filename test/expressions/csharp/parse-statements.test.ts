import { describe, expect, it } from "vitest";
import { parseCSharp } from "#expressions/csharp/parser.js";
import { treeText } from "./tree-text.js";

/** Source → tree, see treeText. */
const TREES: readonly (readonly [source: string, tree: string])[] = [
  ["{ }", "Block([])"],
  [";", "Empty()"],
  ["int a;", "LocalDeclaration(false, int, [(a, _)])"],
  ["int a = 1, b;", "LocalDeclaration(false, int, [(a, 1), (b, _)])"],
  ["var a = 1;", "LocalDeclaration(false, var, [(a, 1)])"],
  ["int? a = null;", "LocalDeclaration(false, NullableType(int), [(a, null)])"],
  ["int[] a = { 1, 2 };", "LocalDeclaration(false, ArrayType(int, 1), [(a, ArrayInitializer([1, 2]))])"],
  [
    "int[,] a = { { 1 }, { 2 } };",
    "LocalDeclaration(false, ArrayType(int, 2), [(a, ArrayInitializer([ArrayInitializer([1]), ArrayInitializer([2])]))])",
  ],
  ["A.B<C> a = b;", "LocalDeclaration(false, A.B<C>, [(a, b)])"],
  ["List<int>[] a;", "LocalDeclaration(false, ArrayType(List<int>, 1), [(a, _)])"],
  ["const int a = 1, b = 2;", "LocalDeclaration(true, int, [(a, 1), (b, 2)])"],
  ["a = 1;", "ExpressionStatement(Assignment(=, a, 1))"],
  ["a++;", "ExpressionStatement(Increment(++, false, a))"],
  ["f();", "ExpressionStatement(Invocation(f, []))"],
  ["a?.f();", "ExpressionStatement(ConditionalAccess(a, Invocation(Member(^, f, _), [])))"],
  ["new A();", "ExpressionStatement(New(A, [], _))"],
  ["a < b > c;", "LocalDeclaration(false, a<b>, [(c, _)])"],
  ["if (a) b();", "If(a, ExpressionStatement(Invocation(b, [])), _)"],
  ["if (a) b(); else c();", "If(a, ExpressionStatement(Invocation(b, [])), ExpressionStatement(Invocation(c, [])))"],
  ["if (a) { } else if (b) { } else { }", "If(a, Block([]), If(b, Block([]), Block([])))"],
  [
    "if (a) if (b) c(); else d();",
    "If(a, If(b, ExpressionStatement(Invocation(c, [])), ExpressionStatement(Invocation(d, []))), _)",
  ],
  ["while (a) b();", "While(a, ExpressionStatement(Invocation(b, [])))"],
  ["do a(); while (b);", "DoWhile(ExpressionStatement(Invocation(a, [])), b)"],
  [
    "for (int i = 0, j = 1; i < 3; i++, j--) a();",
    "For(LocalDeclaration(false, int, [(i, 0), (j, 1)]), [], (i < 3), [Increment(++, false, i), Increment(--, false, j)], ExpressionStatement(Invocation(a, [])))",
  ],
  ["for (i = 0, j = 1; ; ) { }", "For(_, [Assignment(=, i, 0), Assignment(=, j, 1)], _, [], Block([]))"],
  ["for (;;) { break; }", "For(_, [], _, [], Block([Break()]))"],
  ["foreach (var a in b) c();", "ForEach(var, a, b, ExpressionStatement(Invocation(c, [])))"],
  ["foreach (KeyValuePair<string, int> a in b) { continue; }", "ForEach(KeyValuePair<string, int>, a, b, Block([Continue()]))"],
  ["return;", "Return(_)"],
  ["return a;", "Return(a)"],
  ["throw;", "ThrowStatement(_)"],
  ["throw new A();", "ThrowStatement(New(A, [], _))"],
  ["try { } catch { }", "Try(Block([]), [(_, _, _, Block([]))], _)"],
  [
    "try { } catch (A) { } catch (B b) when (b.c) { } finally { }",
    "Try(Block([]), [(A, _, _, Block([])), (B, b, Member(b, c, _), Block([]))], Block([]))",
  ],
  ["try { } finally { }", "Try(Block([]), [], Block([]))"],
  ["using (var a = b()) { }", "Using(LocalDeclaration(false, var, [(a, Invocation(b, []))]), _, Block([]))"],
  [
    "using (A a = b(), c = d()) { }",
    "Using(LocalDeclaration(false, A, [(a, Invocation(b, [])), (c, Invocation(d, []))]), _, Block([]))",
  ],
  ["using (a) b();", "Using(_, a, ExpressionStatement(Invocation(b, [])))"],
  ["lock (a) { }", "Lock(a, Block([]))"],
  ["checked { a(); }", "CheckedStatement(true, Block([ExpressionStatement(Invocation(a, []))]))"],
  ["unchecked { }", "CheckedStatement(false, Block([]))"],
  ["checked(a)++;", "ExpressionStatement(Increment(++, false, Checked(true, a)))"],
  ["goto a;", "Goto(label, _, a)"],
  ["a: b();", "Labeled(a, ExpressionStatement(Invocation(b, [])))"],
  ["goto case 1;", "Goto(case, 1, _)"],
  ["goto default;", "Goto(default, _, _)"],
  ["int f() { return 1; }", "LocalFunction(int, f, [], [], Block([Return(1)]))"],
  [
    "int f(int a, ref int b, out int c, params int[] d) => a;",
    "LocalFunction(int, f, [], [(int, a, value, _), (int, b, ref, _), (int, c, out, _), (ArrayType(int, 1), d, params, _)], a)",
  ],
  ["void f(int a = 1) { }", "LocalFunction(void, f, [], [(int, a, value, 1)], Block([]))"],
  ["T f<T>(T a) where T : class, new() { return a; }", "LocalFunction(T, f, [T], [(T, a, value, _)], Block([Return(a)]))"],
  ["void f() => throw a;", "LocalFunction(void, f, [], [], Throw(a))"],
  ["List<int> f() => null;", "LocalFunction(List<int>, f, [], [], null)"],
  ["var (a, b) = c;", "ExpressionStatement(Assignment(=, Tuple([DeclarationExpression(_, a), DeclarationExpression(_, b)]), c))"],
  ["(int, string) a = b;", "LocalDeclaration(false, TupleType([(int, _), (string, _)]), [(a, b)])"],
  ["(int a, string b) f() => c;", "LocalFunction(TupleType([(int, a), (string, b)]), f, [], [], c)"],
  ["switch (a) { }", "Switch(a, [])"],
  [
    "switch (a) { case 1: case 2: b(); break; default: break; }",
    "Switch(a, [([Case(ConstantPattern(1), _), Case(ConstantPattern(2), _)], [ExpressionStatement(Invocation(b, [])), Break()]), ([Default()], [Break()])])",
  ],
  [
    'switch (a) { case A b: break; case A _ when c: break; case var d: break; case null: break; case A.B: break; case A: break; case (1): break; case "x": break; case 1 + 2: break; case A.B + 1: break; case A when b: break; }',
    'Switch(a, [([Case(DeclarationPattern(A, b), _)], [Break()]), ([Case(DeclarationPattern(A, _), c)], [Break()]), ([Case(DeclarationPattern(_, d), _)], [Break()]), ([Case(ConstantPattern(null), _)], [Break()]), ([Case(NamePattern(A.B, Member(A, B, _)), _)], [Break()]), ([Case(NamePattern(A, A), _)], [Break()]), ([Case(ConstantPattern({1}), _)], [Break()]), ([Case(ConstantPattern("x"), _)], [Break()]), ([Case(ConstantPattern((1 + 2)), _)], [Break()]), ([Case(ConstantPattern((Member(A, B, _) + 1)), _)], [Break()]), ([Case(NamePattern(A, A), b)], [Break()])])',
  ],
  [
    "switch (a) { default: { } break; case 1: default: f(); break; }",
    "Switch(a, [([Default()], [Block([]), Break()]), ([Case(ConstantPattern(1), _), Default()], [ExpressionStatement(Invocation(f, [])), Break()])])",
  ],
  ["int a = b < c ? 1 : 2;", "LocalDeclaration(false, int, [(a, Conditional((b < c), 1, 2))])"],
  [
    "int? a = b ? 1 : (int?)null;",
    "LocalDeclaration(false, NullableType(int), [(a, Conditional(b, 1, Cast(NullableType(int), null)))])",
  ],
  ["string s = a as string;", "LocalDeclaration(false, string, [(s, As(a, string))])"],
  ["dynamic a = b;", "LocalDeclaration(false, dynamic, [(a, b)])"],
  ["await = 1;", "ExpressionStatement(Assignment(=, await, 1))"],
  [
    "int a; // comment\nint b; /* another */ int c;",
    "LocalDeclaration(false, int, [(a, _)]), LocalDeclaration(false, int, [(b, _)]), LocalDeclaration(false, int, [(c, _)])",
  ],
  ["ref int a = ref b;", "LocalDeclaration(false, true, int, [(a, b)])"],
  ["ref var a = ref b, c = ref d[0];", "LocalDeclaration(false, true, var, [(a, b), (c, Index(d, [0]))])"],
];

describe("C# parser: statements", () => {
  it.each(TREES)("%s", (source, tree) => {
    const { body, diagnostics } = parseCSharp(`@{ ${source}\n}`);
    expect(diagnostics).toEqual([]);
    expect(treeText(body)).toBe(`Block([${tree}])`);
  });
});
