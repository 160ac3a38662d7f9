import { Binder } from "../binding/binder.js";
import { globalsOf } from "../binding/globals.js";
import type { BoundProgram } from "../bound/tree.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { diagnosticAt } from "../diagnostics/problem.js";
import { sourceErrors } from "../diagnostics/source-errors.js";
import type { TypeDeclaration } from "../types/declare.js";
import { createTypeScope, type TypeScope } from "../types/scope.js";
import { bindExpression } from "./expressions.js";
import { MAX_DEPTH, type ParsedScript, parseScript } from "./parse.js";
import { globalFunctions, globalTypes } from "./runtime/globals.js";
import { operationsType } from "./runtime/operations.js";
import { regExpType } from "./runtime/regex.js";
import { Script } from "./script.js";
import { bindStatements } from "./statements.js";

/** How a script is bound: as for C#. */
export interface ScriptOptions {
  readonly scope: TypeScope;
  /** Names in scope and their C# types, in the order in which their values are given. */
  readonly globals: Readonly<Record<string, string>>;
  /** The C# type that the value is made to fit. */
  readonly resultType: string;
  readonly allowBeyond: boolean;
}

/** A script as bound, and what was found wrong with it. */
export interface ScriptResult {
  /** Null if there is an error. */
  readonly program: BoundProgram | null;
  readonly diagnostics: readonly Diagnostic[];
  /** The scope that the program is to be compiled in: the given one, and the types that scripts are made of. */
  readonly scope: TypeScope;
}

const scriptTypes: readonly TypeDeclaration[] = [operationsType, regExpType, globalFunctions, ...globalTypes.values()];

/** How often variables are widened one after another before all are. */
const MOST_TURNS = 20;

/**
 * The JavaScript front end: a policy expression in JavaScript, bound to the same tree as C#, so that types, limits and errors
 * are the same. It is a language of values, not of objects with prototypes:
 *
 * - `@( expression )` or `@{ statements; return value; }`, in today's syntax without classes, generators, async, `this`, labels.
 * - `context` and other .NET values have their members in camelCase: `context.request.headers.getValueOrDefault("a", "b")`. Type
 *   arguments are written first: `context.request.body.as(JObject)`, `context.variables.getValueOrDefault(Jwt, "token")`.
 *   Dictionaries are read like objects, `context.variables.userId`; what is not there is `undefined`, which is `null`.
 * - Objects, arrays and what `JSON.parse` gives are JObject and JArray; numbers are doubles (whole ones leave as int).
 * - Texts, arrays, numbers and regular expressions have JavaScript's methods. The globals are Math, JSON, Object, Array, Number,
 *   Date.now and the functions String, Number, Boolean, parseInt, parseFloat, isNaN, isFinite, encodeURIComponent and their kin.
 * - A name finds a variable, one of these, or nothing: there is no global object, no prototype, no constructor.
 *
 * Never throws for a script, whatever is in it.
 */
export function bindScript(source: string, options: ScriptOptions): ScriptResult {
  const scope = createTypeScope(scriptTypes, options.scope);
  const parsed = parseScript(source);
  if (parsed.body === null) return { program: null, diagnostics: parsed.diagnostics, scope };
  try {
    return { ...bindParsed(parsed.body, scope, { ...options, source }), scope };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const tooDeep = diagnosticAt({ start: 0, end: source.length }, sourceErrors.tooDeep(MAX_DEPTH));
    return { program: null, diagnostics: [tooDeep], scope };
  }
}

/** Binds with the types of first values; where a variable turns out to need a wider one, once more. */
type SourceOptions = ScriptOptions & { readonly source: string };

function bindParsed(body: NonNullable<ParsedScript["body"]>, scope: TypeScope, options: SourceOptions) {
  const widened = new Set<number>();
  for (let turn = 0; ; turn++) {
    const attempt = bindOnce(body, scope, options, widened, turn >= MOST_TURNS);
    if (!attempt.isStale) return attempt.result;
  }
}

function bindOnce(
  body: NonNullable<ParsedScript["body"]>,
  scope: TypeScope,
  options: SourceOptions,
  widened: Set<number>,
  isWide: boolean,
) {
  const resultType = scope.parseType(options.resultType);
  const b = new Binder(scope, globalsOf(scope, options.globals), options.allowBeyond, resultType);
  const s = new Script(b, scope.find("Turnpike.JavaScript.Operations", 0)!, widened, isWide, options.source);
  if (body.kind === "expression") b.fn.body = s.result(bindExpression(s, body.expression));
  else {
    const end = { start: body.end - 1, end: body.end };
    const statements = bindStatements(s, body.statements);
    const nothing = s.result(s.constant(null, end));
    b.fn.body = { kind: "Block", statements: [...statements, { kind: "Return", value: nothing }] };
  }
  const diagnostics = [...b.diagnostics].sort((diagnostic, other) => diagnostic.start - other.start);
  const [only, another] = s.resultTypes;
  const type = only !== undefined && another === undefined && only !== b.core.double ? only : resultType;
  const hasErrors = diagnostics.some((diagnostic) => diagnostic.severity === "error");
  const program: BoundProgram | null = hasErrors ? null : { function: b.fn, uses: new Set(b.uses), type };
  return { result: { program, diagnostics }, isStale: s.isStale };
}
