import fc from "fast-check";

/**
 * Random C# programs. Mostly well-typed, so that they reach the evaluator; now and then a piece of the wrong type or plain rubbish
 * is put in, so that parser and binder get their share.
 */

type Text = fc.Arbitrary<string>;

const join = (parts: readonly (string | Text)[]): Text =>
  fc.tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part))).map((all) => all.join(""));

const pick = (...texts: string[]): Text => fc.constantFrom(...texts);

const RUBBISH = pick(
  "",
  ";",
  "}",
  ")",
  "(",
  "@",
  '"',
  "'",
  "/*",
  "\\",
  '$"{',
  "default",
  "=>",
  "?.",
  "??",
  "<",
  "\u0000",
  "🚀",
  "new",
  "null",
  "x y",
);

const { int, bool, text, sequence } = fc.letrec<{ int: string; bool: string; text: string; sequence: string }>((tie) => {
  const int = tie("int");
  const bool = tie("bool");
  const text = tie("text");
  const sequence = tie("sequence");
  const options = { depthSize: "small" as const, withCrossShrink: true };
  return {
    int: fc.oneof(
      options,
      pick("0", "1", "7", "-1", "x", "y", "int.MaxValue", "int.MinValue", "2147483647", "'a'", "0x1F"),
      join(["(", int, pick("+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"), int, ")"]),
      join(["checked(", int, "*", int, ")"]),
      join(["(-(", int, "))"]),
      join(["(~", int, ")"]),
      join(["(int)((", pick("long", "double", "decimal", "byte", "uint"), ")", int, " * ", int, ")"]),
      join(["(", bool, " ? ", int, " : ", int, ")"]),
      join([text, ".Length"]),
      join(["int.Parse(", text, ")"]),
      join([sequence, pick(".Sum()", ".Count()", ".First()", ".Max()", ".LastOrDefault()")]),
      join(["((int?)", int, " ?? ", int, ")"]),
      join([text, ".IndexOf(", text, ")"]),
      join(["(x = ", int, ")"]),
      join(["new [] { ", int, ", ", int, " }[", int, "]"]),
    ),
    bool: fc.oneof(
      options,
      pick("true", "false", "b"),
      join(["(", int, pick("<", ">", "==", "!=", "<=", ">="), int, ")"]),
      join(["(", bool, pick("&&", "||", "==", "^", "&"), bool, ")"]),
      join(["!", bool]),
      join(["(", text, " == ", text, ")"]),
      join([text, pick(".StartsWith(", ".Contains("), text, ")"]),
      join([sequence, ".Any(v => v > ", int, ")"]),
      join(["((object)", int, " is ", pick("int", "string", "long", "object"), ")"]),
    ),
    text: fc.oneof(
      options,
      pick('"a"', '""', "s", '"__proto__"', '"\\u0000"', "(string)null", '@"x\\y"'),
      join(["(", text, " + ", fc.oneof(int, text, bool), ")"]),
      join(['$"{', int, pick("", ",5", ":D3", ":X"), "}", '"']),
      join([text, ".Substring(", int, ")"]),
      join([text, ".Replace(", text, ", ", text, ")"]),
      join([text, "?.ToUpper()"]),
      join(["(", text, " ?? ", text, ")"]),
      join(["string.Join(", text, ", ", sequence, ")"]),
      join([int, ".ToString()"]),
      join(["string.Format(", text, ", ", int, ")"]),
      join(["new string('z', ", int, ")"]),
    ),
    sequence: fc.oneof(
      options,
      pick("list", "new int[0]", "new [] { 3, 1, 2 }"),
      join([sequence, ".Select(v => v + ", int, ")"]),
      join([sequence, ".Where(v => ", bool, ")"]),
      join([sequence, pick(".OrderBy(v => -v)", ".Distinct()", ".Reverse()", ".Skip(1)", ".ToList()", ".ToArray()")]),
      join(["Enumerable.Range(", int, ", ", int, ")"]),
      join(["(from v in ", sequence, " where v > ", int, " select v * 2)"]),
    ),
  };
});

const { statement } = fc.letrec<{ statement: string }>((tie) => {
  const inner = tie("statement");
  return {
    statement: fc.oneof(
      { depthSize: "small" },
      join(["x = ", int, ";"]),
      join(["x ", pick("+=", "-=", "*=", "/=", "<<="), int, ";"]),
      join(["s = ", text, ";"]),
      join(["list.Add(", int, ");"]),
      pick("x++;", "y--;", "b = !b;", ";"),
      join(["if (", bool, ") { ", inner, " } else { ", inner, " }"]),
      join(["for (var i = 0; i < 3; i++) { ", inner, " if (", bool, ") ", pick("break;", "continue;", "x++;"), " }"]),
      join(["foreach (var v in ", sequence, ") { ", inner, " }"]),
      join(["while (", bool, ") { ", inner, " x++; }"]),
      join([
        "try { ",
        inner,
        " } catch (",
        pick("Exception", "Exception e", "FormatException"),
        ") { ",
        inner,
        " } finally { y++; }",
      ]),
      join(["switch (", int, ") { case 0: ", inner, " break; case 1: case 2: goto case 0; default: break; }"]),
      join(["{ int F(int n) { if (n <= 0) return ", int, "; return F(n - 1); } x = F(", int, "); }"]),
      join(["return ", fc.oneof(int, text, bool), ";"]),
      join(["throw new Exception(", text, ");"]),
    ),
  };
});

const program: Text = fc
  .tuple(fc.array(statement, { maxLength: 4 }), fc.oneof(int, text, bool, sequence))
  .map(
    ([body, result]) =>
      `@{ var x = 5; var y = -3; var b = true; var s = "text"; var list = new List<int> { 1, 2, 3 }; ${body.join(" ")} return ${result}; }`,
  );

/** A program with a piece cut out, doubled or replaced. */
const broken: Text = fc
  .tuple(program, fc.integer({ min: 0, max: 999 }), fc.nat(12), RUBBISH)
  .map(([source, share, length, rubbish]) => {
    const start = Math.floor((share / 1000) * source.length);
    return source.slice(0, start) + rubbish + source.slice(start + length);
  });

/** Sources for the evaluator: programs, broken ones and plain rubbish. */
export const randomSource: Text = fc.oneof(
  { arbitrary: program, weight: 4 },
  { arbitrary: broken, weight: 3 },
  { arbitrary: fc.string({ unit: "binary" }).map((text) => `@(${text})`), weight: 1 },
);
