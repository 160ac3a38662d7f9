import { bestCommonTypeOf } from "../../binding/best-type.js";
import { Binder } from "../../binding/binder.js";
import { globalsOf } from "../../binding/globals.js";
import type { BoundProgram, BoundStatement, LocalSymbol } from "../../bound/tree.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { diagnosticAt } from "../../diagnostics/problem.js";
import type { TypeScope } from "../../types/scope.js";
import { SignatureError } from "../../types/signature.js";
import type { Node, ParseResult } from "../syntax.js";
import { errors } from "./errors.js";
import { bindFunctionBlock, bindResult } from "./statements.js";

/** How a program is bound. */
export interface BindOptions {
  readonly scope: TypeScope;
  /** Names in scope and their C# types, in the order in which their values are given. */
  readonly globals: Readonly<Record<string, string>>;
  /** The C# type that the value must convert to. */
  readonly resultType: string;
  /** True if types and members outside the documented list may be named. */
  readonly allowBeyond: boolean;
}

/** A program as bound, and what was found wrong with it. */
export interface BindResult {
  /** Null if there is an error. */
  readonly program: BoundProgram | null;
  readonly diagnostics: readonly Diagnostic[];
  /** Where statements stand, for errors about the flow of control (see csharp/flow/flow.ts). */
  readonly places: ReadonlyMap<BoundStatement, Node>;
  /** Locals that hold local functions. */
  readonly localFunctions: ReadonlySet<LocalSymbol>;
}

/**
 * Gives meaning to a parsed program: every name looked up, every overload chosen, every conversion explicit. Never throws:
 * what goes wrong is a diagnostic, an inner failure TP1999.
 */
export function bindProgram(parse: ParseResult, options: BindOptions): BindResult {
  try {
    return bind(parse, options);
  } catch (error) {
    const diagnostics = [...parse.diagnostics, failure(parse, error)];
    return { program: null, diagnostics, places: new Map(), localFunctions: new Set() };
  }
}

function failure({ body }: ParseResult, error: unknown): Diagnostic {
  if (error instanceof RangeError && /call stack/i.test(error.message)) return diagnosticAt(body, errors.tooComplex());
  const reason = error instanceof Error ? error.message : String(error);
  return diagnosticAt(body, error instanceof SignatureError ? errors.wrongDeclaration(reason) : errors.defect(reason));
}

function bind({ body, diagnostics: parsed }: ParseResult, options: BindOptions): BindResult {
  const { scope, allowBeyond } = options;
  const resultType = scope.parseType(options.resultType);
  const b = new Binder(scope, globalsOf(scope, options.globals), allowBeyond, resultType);
  const { fn } = b;
  if (body.kind === "Block") {
    fn.body = bindFunctionBlock(b, body);
    b.places.set(fn.body, body);
  } else fn.body = bindResult(b, body, resultType);
  const diagnostics = sorted([...parsed, ...b.diagnostics]);
  const { places, localFunctions } = b;
  if (diagnostics.some((diagnostic) => diagnostic.severity === "error"))
    return { program: null, diagnostics, places, localFunctions };
  const type = bestCommonTypeOf(b.resultTypes) ?? resultType;
  return { program: { function: fn, uses: new Set(b.uses), type }, diagnostics, places, localFunctions };
}

/** By place; one error at one place is enough. */
function sorted(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return [...diagnostics]
    .sort((a, c) => a.start - c.start || a.end - c.end)
    .filter((diagnostic) => {
      const key = `${diagnostic.start}:${diagnostic.code}:${diagnostic.message}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}
