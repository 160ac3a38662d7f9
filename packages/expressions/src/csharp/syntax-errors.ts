import type { Problem } from "../diagnostics/diagnostic.js";
import { sourceErrors } from "../diagnostics/source-errors.js";

/** Every error of lexer and parser, by name. Codes are those of the C# compiler where it has one; ours are `TP1…`. */
export const syntaxErrors = {
  // Ours
  ...sourceErrors,
  tooMany: (limit: number): Problem => ({ code: "TP1001", message: `The expression chains more than ${limit} operations.` }),
  unsupported: (what: string, hint: string): Problem => ({
    code: "TP1002",
    message: `${what} cannot be used in policy expressions.`,
    hint,
  }),
  /** A feature of a later C#. */
  feature: (name: string, version: string, hint: string): Problem => ({
    code: "CS8370",
    message: `Feature '${name}' is not available in C# 7.3. Please use language version ${version} or greater.`,
    hint,
  }),

  // Tokens
  newlineInConstant: (): Problem => ({
    code: "CS1010",
    message: "Newline in constant",
    hint: 'Close the text with a quote in its line, or write @"…" for a text of several lines.',
  }),
  emptyCharacter: (): Problem => ({ code: "CS1011", message: "Empty character literal", hint: 'An empty text is "".' }),
  longCharacter: (text: string): Problem => ({
    code: "CS1012",
    message: "Too many characters in character literal",
    hint: `Use double quotes for text: "${text}".`,
  }),
  badEscape: (): Problem => ({
    code: "CS1009",
    message: "Unrecognized escape sequence",
    hint: 'Write \\\\ for a backslash, or use a verbatim string: @"…".',
  }),
  invalidNumber: (): Problem => ({ code: "CS1013", message: "Invalid number" }),
  integerTooLarge: (): Problem => ({ code: "CS1021", message: "Integral constant is too large" }),
  realOutOfRange: (type: string): Problem => ({
    code: "CS0594",
    message: `Floating-point constant is outside the range of type '${type}'`,
  }),
  openComment: (): Problem => ({ code: "CS1035", message: "End-of-file found, '*/' expected" }),
  openVerbatim: (): Problem => ({ code: "CS1039", message: "Unterminated string literal" }),
  unexpectedCharacter: (text: string, hint?: string): Problem => ({
    code: "CS1056",
    message: `Unexpected character '${text}'`,
    ...(hint === undefined ? {} : { hint }),
  }),
  verbatimOrder: (): Problem => ({
    code: "CS8401",
    message: "To use '@$' instead of '$@' for an interpolated verbatim string, please use language version '8.0' or greater.",
    hint: 'Write $@"…".',
  }),
  openHole: (): Problem => ({
    code: "CS8076",
    message: "Missing close delimiter '}' for interpolated expression started with '{'.",
    hint: "A brace that is text is written twice: {{.",
  }),
  loneBrace: (): Problem => ({
    code: "CS8086",
    message: "A '}' character must be escaped (by doubling) in an interpolated string.",
    hint: "A brace that is text is written twice: }}.",
  }),
  lineBreakInHole: (): Problem => ({
    code: "CS8967",
    message:
      "Newlines inside a non-verbatim interpolated string are not supported in C# 7.3. Please use language version 11.0 or greater.",
    hint: 'Keep the hole in one line, compute the value before, or write $@"…".',
  }),
  emptyFormat: (): Problem => ({ code: "CS8089", message: "Empty format specifier." }),
  emptyHole: (): Problem => ({ code: "CS1733", message: "Expected expression" }),
  conditionalInHole: (): Problem => ({
    code: "CS8361",
    message:
      "A conditional expression cannot be used directly in a string interpolation because the ':' ends the interpolation. Parenthesize the conditional expression.",
    hint: "Write {(a ? b : c)}.",
  }),

  // What is missing
  expected: (token: string): Problem => EXPECTED[token] ?? { code: "CS1003", message: `Syntax error, '${token}' expected` },
  identifierExpected: (): Problem => ({ code: "CS1001", message: "Identifier expected" }),
  keywordAsIdentifier: (keyword: string): Problem => ({
    code: "CS1041",
    message: `Identifier expected; '${keyword}' is a keyword`,
    hint: `A variable of that name is written @${keyword}.`,
  }),
  typeExpected: (): Problem => ({ code: "CS1031", message: "Type expected" }),
  expressionExpected: (found: string, hint?: string): Problem => ({
    code: "CS1525",
    message: found === "" ? "Expression expected, but the text ends here" : `Invalid expression term '${found}'`,
    ...(hint === undefined ? {} : { hint }),
  }),
  statementsInBrackets: (): Problem => ({ ...sourceErrors.closingBracket(), hint: STATEMENTS }),
  valueExpected: (): Problem => ({ code: "CS0443", message: "Syntax error; value expected" }),
  inExpected: (): Problem => ({ code: "CS1515", message: "'in' expected" }),
  loopVariable: (): Problem => ({
    code: "CS0230",
    message: "Type and identifier are both required in a foreach statement",
    hint: "Write foreach (var x in …).",
  }),
  catchExpected: (): Problem => ({ code: "CS1524", message: "Expected catch or finally" }),
  caseExpected: (): Problem => ({ code: "CS1523", message: "Expected case or default" }),
  queryEnd: (): Problem => ({ code: "CS0742", message: "A query body must end with a select clause or a group clause" }),
  queryWord: (word: "on" | "equals" | "by"): Problem => ({
    code: { on: "CS0743", equals: "CS0744", by: "CS0745" }[word],
    message: `Expected contextual keyword '${word}'`,
  }),

  // What must not be there
  notAStatement: (): Problem => ({
    code: "CS0201",
    message: "Only assignment, call, increment, decrement, and new object expressions can be used as a statement",
  }),
  embeddedDeclaration: (): Problem => ({
    code: "CS1023",
    message: "Embedded statement cannot be a declaration or labeled statement",
    hint: "Put it into braces.",
  }),
  elseAlone: (): Problem => ({ code: "CS8641", message: "'else' cannot start a statement." }),
  throwHere: (): Problem => ({
    code: "CS8115",
    message: "A throw expression is not allowed in this context.",
    hint: "Use a throw statement in @{ … }, or throw behind `??`, `?` or `:`.",
  }),
  catchAfterGeneral: (): Problem => ({
    code: "CS1017",
    message: "Catch clauses cannot follow the general catch clause of a try statement",
  }),
  constantWithoutValue: (): Problem => ({ code: "CS0145", message: "A const field requires a value to be provided" }),
  referenceWithoutValue: (): Problem => ({
    code: "CS8174",
    message: "A declaration of a by-reference variable must have an initializer",
  }),
  valueForReference: (): Problem => ({
    code: "CS8172",
    message: "Cannot initialize a by-reference variable with a value",
    hint: "Write ref int y = ref x;",
  }),
  referenceForValue: (): Problem => ({
    code: "CS8171",
    message: "Cannot initialize a by-value variable with a reference",
    hint: "Write ref int y = ref x;",
  }),
  arrayDeclarator: (): Problem => ({
    code: "CS0650",
    message: "Bad array declarator: To declare a managed array the rank specifier precedes the variable's identifier",
    hint: "Write int[] x = new int[3];",
  }),
  constructorDeclarator: (): Problem => ({
    code: "CS1528",
    message: "Expected ; or = (cannot specify constructor arguments in declaration)",
    hint: "Write T x = new T(…);",
  }),
  arraySize: (): Problem => ({ code: "CS1586", message: "Array creation must have array size or array initializer" }),
  newArguments: (): Problem => ({
    code: "CS1526",
    message: "A new expression requires an argument list or (), [], or {} after type",
  }),
  unsizedType: (type: string): Problem => ({
    code: "CS0233",
    message: `'${type}' does not have a predefined size, therefore sizeof can only be used in an unsafe context`,
  }),
  initializerMember: (): Problem => ({ code: "CS0747", message: "Invalid initializer member declarator" }),
  anonymousMember: (): Problem => ({
    code: "CS0746",
    message:
      "Invalid anonymous type member declarator. Anonymous type members must be declared with a member assignment, simple name or member access.",
    hint: "Write Name = value.",
  }),
  thisHere: (): Problem => ({
    code: "CS0026",
    message: "Keyword 'this' is not valid in a static property, static method, or static field initializer",
  }),
  baseHere: (): Problem => ({ code: "CS1511", message: "Keyword 'base' is not available in a static method" }),
} as const;

/** For statements where only an expression can stand. */
export const STATEMENTS = "@( … ) holds one expression; statements are written @{ … return value; }.";

const EXPECTED: Readonly<Record<string, Problem>> = {
  ")": sourceErrors.closingBracket(),
  "}": { code: "CS1513", message: "} expected" },
  "{": { code: "CS1514", message: "{ expected" },
  ";": { code: "CS1002", message: "; expected" },
};
