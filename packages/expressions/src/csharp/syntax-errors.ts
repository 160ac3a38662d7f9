import type { Problem } from "../diagnostics/diagnostic.js";
import { error } from "../diagnostics/problem.js";
import { sourceErrors } from "../diagnostics/source-errors.js";

/** For statements where only an expression can stand. */
export const STATEMENTS = "@( … ) holds one expression; statements are written @{ … return value; }.";

/** Every error of lexer and parser, by name. Codes are those of the C# compiler where it has one; ours are `TP1…`. */
export const syntaxErrors = {
  // Ours
  ...sourceErrors,
  tooMany: error("TP1001", (limit: number) => `The expression chains more than ${limit} operations.`),
  unsupported: error("TP1002", (what: string, hint: string) => ({
    message: `${what} cannot be used in policy expressions.`,
    hint,
  })),
  /** A feature of a later C#. */
  feature: error("CS8370", (name: string, version: string, hint: string) => ({
    message: `Feature '${name}' is not available in C# 7.3. Please use language version ${version} or greater.`,
    hint,
  })),

  // Tokens
  newlineInConstant: error("CS1010", {
    message: "Newline in constant",
    hint: 'Close the text with a quote in its line, or write @"…" for a text of several lines.',
  }),
  emptyCharacter: error("CS1011", { message: "Empty character literal", hint: 'An empty text is "".' }),
  longCharacter: error("CS1012", (text: string) => ({
    message: "Too many characters in character literal",
    hint: `Use double quotes for text: "${text}".`,
  })),
  badEscape: error("CS1009", {
    message: "Unrecognized escape sequence",
    hint: 'Write \\\\ for a backslash, or use a verbatim string: @"…".',
  }),
  invalidNumber: error("CS1013", "Invalid number"),
  integerTooLarge: error("CS1021", "Integral constant is too large"),
  realOutOfRange: error("CS0594", (type: string) => `Floating-point constant is outside the range of type '${type}'`),
  openComment: error("CS1035", "End-of-file found, '*/' expected"),
  openVerbatim: error("CS1039", "Unterminated string literal"),
  unexpectedCharacter: error("CS1056", (text: string, hint?: string) => ({ message: `Unexpected character '${text}'`, hint })),
  verbatimOrder: error("CS8401", {
    message: "To use '@$' instead of '$@' for an interpolated verbatim string, please use language version '8.0' or greater.",
    hint: 'Write $@"…".',
  }),
  openHole: error("CS8076", {
    message: "Missing close delimiter '}' for interpolated expression started with '{'.",
    hint: "A brace that is text is written twice: {{.",
  }),
  loneBrace: error("CS8086", {
    message: "A '}' character must be escaped (by doubling) in an interpolated string.",
    hint: "A brace that is text is written twice: }}.",
  }),
  lineBreakInHole: error("CS8967", {
    message:
      "Newlines inside a non-verbatim interpolated string are not supported in C# 7.3. Please use language version 11.0 or greater.",
    hint: 'Keep the hole in one line, compute the value before, or write $@"…".',
  }),
  emptyFormat: error("CS8089", "Empty format specifier."),
  emptyHole: error("CS1733", "Expected expression"),
  conditionalInHole: error("CS8361", {
    message:
      "A conditional expression cannot be used directly in a string interpolation because the ':' ends the interpolation. Parenthesize the conditional expression.",
    hint: "Write {(a ? b : c)}.",
  }),

  // What is missing
  closingBrace: error("CS1513", "} expected"),
  openingBrace: error("CS1514", "{ expected"),
  semicolon: error("CS1002", "; expected"),
  otherToken: error("CS1003", (token: string) => `Syntax error, '${token}' expected`),
  identifierExpected: error("CS1001", "Identifier expected"),
  keywordAsIdentifier: error("CS1041", (keyword: string) => ({
    message: `Identifier expected; '${keyword}' is a keyword`,
    hint: `A variable of that name is written @${keyword}.`,
  })),
  typeExpected: error("CS1031", "Type expected"),
  expressionExpected: error("CS1525", (found: string, hint?: string) => ({
    message: found === "" ? "Expression expected, but the text ends here" : `Invalid expression term '${found}'`,
    hint,
  })),
  statementsInBrackets: error("CS1026", { message: ") expected", hint: STATEMENTS }),
  valueExpected: error("CS0443", "Syntax error; value expected"),
  inExpected: error("CS1515", "'in' expected"),
  loopVariable: error("CS0230", {
    message: "Type and identifier are both required in a foreach statement",
    hint: "Write foreach (var x in …).",
  }),
  catchExpected: error("CS1524", "Expected catch or finally"),
  caseExpected: error("CS1523", "Expected case or default"),
  queryEnd: error("CS0742", "A query body must end with a select clause or a group clause"),
  onExpected: error("CS0743", "Expected contextual keyword 'on'"),
  equalsExpected: error("CS0744", "Expected contextual keyword 'equals'"),
  byExpected: error("CS0745", "Expected contextual keyword 'by'"),

  // What must not be there
  notAStatement: error(
    "CS0201",
    "Only assignment, call, increment, decrement, and new object expressions can be used as a statement",
  ),
  embeddedDeclaration: error("CS1023", {
    message: "Embedded statement cannot be a declaration or labeled statement",
    hint: "Put it into braces.",
  }),
  elseAlone: error("CS8641", "'else' cannot start a statement."),
  throwHere: error("CS8115", {
    message: "A throw expression is not allowed in this context.",
    hint: "Use a throw statement in @{ … }, or throw behind `??`, `?` or `:`.",
  }),
  catchAfterGeneral: error("CS1017", "Catch clauses cannot follow the general catch clause of a try statement"),
  constantWithoutValue: error("CS0145", "A const field requires a value to be provided"),
  referenceWithoutValue: error("CS8174", "A declaration of a by-reference variable must have an initializer"),
  valueForReference: error("CS8172", {
    message: "Cannot initialize a by-reference variable with a value",
    hint: "Write ref int y = ref x;",
  }),
  referenceForValue: error("CS8171", {
    message: "Cannot initialize a by-value variable with a reference",
    hint: "Write ref int y = ref x;",
  }),
  arrayDeclarator: error("CS0650", {
    message: "Bad array declarator: To declare a managed array the rank specifier precedes the variable's identifier",
    hint: "Write int[] x = new int[3];",
  }),
  constructorDeclarator: error("CS1528", {
    message: "Expected ; or = (cannot specify constructor arguments in declaration)",
    hint: "Write T x = new T(…);",
  }),
  arraySize: error("CS1586", "Array creation must have array size or array initializer"),
  newArguments: error("CS1526", "A new expression requires an argument list or (), [], or {} after type"),
  unsizedType: error(
    "CS0233",
    (type: string) => `'${type}' does not have a predefined size, therefore sizeof can only be used in an unsafe context`,
  ),
  initializerMember: error("CS0747", "Invalid initializer member declarator"),
  anonymousMember: error("CS0746", {
    message:
      "Invalid anonymous type member declarator. Anonymous type members must be declared with a member assignment, simple name or member access.",
    hint: "Write Name = value.",
  }),
  thisHere: error("CS0026", "Keyword 'this' is not valid in a static property, static method, or static field initializer"),
  baseHere: error("CS1511", "Keyword 'base' is not available in a static method"),
} as const;

const TOKENS: ReadonlyMap<string, () => Problem> = new Map([
  [")", syntaxErrors.closingBracket],
  ["}", syntaxErrors.closingBrace],
  ["{", syntaxErrors.openingBrace],
  [";", syntaxErrors.semicolon],
]);

/** Says that a token is missing. */
export function tokenExpected(token: string): Problem {
  return TOKENS.get(token)?.() ?? syntaxErrors.otherToken(token);
}
