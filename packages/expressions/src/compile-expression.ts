import { findHints, type KeyRead } from "./bound/hints.js";
import { BranchSites } from "./compile/branches.js";
import { isConstantProgram } from "./compile/constancy.js";
import { comparesObjects, mayGiveKnownObject } from "./compile/identities.js";
import { Operands } from "./compile/operands.js";
import { compileProgram, type Program } from "./compile/program.js";
import { type BindOptions, bindProgram } from "./csharp/binder/index.js";
import { analyseFlow } from "./csharp/flow/flow.js";
import { parseCSharp } from "./csharp/parser.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";
import { diagnosticAt, error } from "./diagnostics/problem.js";
import { builtinScope } from "./dotnet/builtin.js";
import type { Compilation, CompiledExpression, ExpressionOptions, TellingExpression, Usage } from "./expression.js";
import { bindScript } from "./javascript/index.js";
import { defaultLimits, type Host, type Limits, Run, systemHost } from "./runtime/run.js";
import { createTypeScope } from "./types/scope.js";
import { SignatureError } from "./types/signature.js";
import { Boxed, NetObject } from "./types/values.js";

/** What keeps an expression from being compiled beside its own errors. */
export const compilationErrors = {
  wrongHostType: error("TP1004", (reason: string) => `A type that the host declares is not right: ${reason}`),
  tooDeep: error("TP1001", "The expression is nested too deeply."),
  defect: error("TP1005", (reason: string) => `The expression cannot be compiled: ${reason}`),
} as const;

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Compiles a policy expression: `@( expression )` or `@{ statements }`. Never throws: whatever is wrong with the source or the
 * options comes back as a diagnostic.
 *
 *     const { expression } = compileExpression('@("Hello " + name)', { globals: { name: "string" } });
 *     expression?.evaluate(["Ada"]); // "Hello Ada"
 */
export function compileExpression(source: string, options: ExpressionOptions = {}): Compilation {
  try {
    return compile(source, options);
  } catch (error) {
    return failed([unexpected(error, source)]);
  }
}

function failed(diagnostics: readonly Diagnostic[]): Compilation {
  return { expression: null, diagnostics, keyReads: [], tested: NOTHING };
}

function compile(source: string, options: ExpressionOptions): Compilation {
  const { program, scope, ...bound } = bind(source, options);
  const diagnostics = [...bound.diagnostics];
  if (program === null) return failed(diagnostics);
  let keyReads: readonly KeyRead[] = [];
  let tested: ReadonlySet<string> = NOTHING;
  if (options.hints !== undefined) {
    const found = findHints(program, options.hints);
    diagnostics.push(...found.diagnostics);
    keyReads = found.keyReads;
    tested = found.tested;
  }
  const hasIdentity = options.keepsIdentity === true && mayGiveKnownObject(program);
  const sites = options.countsBranches === true ? new BranchSites(source) : null;
  const run = compileProgram(program, program.function.returnType, scope, hasIdentity || comparesObjects(program), sites);
  const limits = { ...defaultLimits, ...options.limits };
  let telling: TellingExpression | null = null;
  const withOperands = (): TellingExpression => (telling ??= tellingExpression(source, options, hasIdentity));
  const facts = { type: program.type.name, uses: program.uses, scope, hasIdentity, branches: sites?.list ?? [], withOperands };
  const expression = isConstantProgram(program) ? constantExpression(run, limits, facts) : compiledExpression(run, limits, facts);
  return { expression, diagnostics, keyReads, tested };
}

function bind(source: string, options: ExpressionOptions) {
  const settings: BindOptions = {
    scope: options.types === undefined ? builtinScope : createTypeScope(options.types, builtinScope),
    globals: options.globals ?? {},
    resultType: options.resultType ?? "object",
    allowBeyond: options.allowBeyond ?? false,
  };
  return options.language === "javascript" ? bindScript(source, settings) : bindCSharp(source, settings);
}

/** Compiles a source that is known to be sound once more, so that it tells of its operands. */
function tellingExpression(source: string, options: ExpressionOptions, hasIdentity: boolean): TellingExpression {
  const { program, scope } = bind(source, options);
  const operands = new Operands(source);
  const keepsIdentity = hasIdentity || comparesObjects(program!);
  const run = compileProgram(program!, program!.function.returnType, scope, keepsIdentity, null, operands);
  const limits = { ...defaultLimits, ...options.limits };
  return {
    operands: operands.list,
    evaluate(globals, host, usage, watcher) {
      const meters = new Run(host, limits);
      meters.watcher = watcher;
      return metered(run, meters, globals, usage, hasIdentity);
    },
  };
}

function metered(
  run: Program,
  meters: Run,
  globals: readonly unknown[],
  usage: Usage | undefined,
  hasIdentity: boolean,
): unknown {
  if (usage === undefined) return run(meters, globals);
  meters.branches = usage.branches ?? null;
  try {
    return run(meters, globals);
  } finally {
    usage.steps = meters.stepsUsed;
    usage.memory = meters.memoryUsed;
    if (hasIdentity) usage.identity = meters.identity;
  }
}

function bindCSharp(source: string, settings: BindOptions) {
  const bound = bindProgram(parseCSharp(source), settings);
  const { program, diagnostics } = bound;
  const { scope } = settings;
  if (program === null) return { program, diagnostics, scope };
  const all = [...diagnostics, ...analyseFlow(program, bound)];
  return { program: all.some((one) => one.severity === "error") ? null : program, diagnostics: all, scope };
}

/** A host's type that does not parse, a source too deep for the stack, or a defect: none of them may take the host down. */
function unexpected(thrown: unknown, source: string): Diagnostic {
  const place = { start: 0, end: source.length };
  if (thrown instanceof SignatureError) return diagnosticAt(place, compilationErrors.wrongHostType(thrown.message));
  if (thrown instanceof RangeError) return diagnosticAt(place, compilationErrors.tooDeep());
  return diagnosticAt(place, compilationErrors.defect(thrown instanceof Error ? thrown.message : String(thrown)));
}

type Facts = Pick<CompiledExpression, "type" | "uses" | "scope" | "hasIdentity" | "branches" | "withOperands">;

function compiledExpression(run: Program, limits: Limits, facts: Facts): CompiledExpression {
  return {
    ...facts,
    isConstant: false,
    evaluate(globals: readonly unknown[], host: Host = systemHost, usage?: Usage): unknown {
      return metered(run, new Run(host, limits), globals, usage, facts.hasIdentity);
    },
  };
}

/** Computed at compile time, under the same limits. What fails is computed again at run time, where failures belong. */
function constantExpression(run: Program, limits: Limits, facts: Facts): CompiledExpression {
  const meters = new Run(systemHost, { ...limits, steps: Math.min(limits.steps, 1000), memory: Math.min(limits.memory, 10_000) });
  const taken: number[] = [];
  meters.branches = taken;
  let value: unknown;
  try {
    value = run(meters, []);
  } catch {
    return compiledExpression(run, limits, facts);
  }
  if (!isImmutable(value)) return compiledExpression(run, limits, facts);
  return {
    ...facts,
    isConstant: true,
    evaluate(_globals, _host, usage): unknown {
      if (usage !== undefined) {
        usage.steps = meters.stepsUsed;
        usage.memory = meters.memoryUsed;
        if (facts.hasIdentity) usage.identity = meters.identity;
        const { branches } = usage;
        if (branches !== undefined) taken.forEach((count, branch) => (branches[branch] = (branches[branch] ?? 0) + count));
      }
      return value;
    },
  };
}

/** May one value be handed to every caller? Arrays, such as `Split` gives, may not. */
function isImmutable(value: unknown): boolean {
  if (value === null || typeof value !== "object" || value instanceof Boxed) return true;
  return value instanceof NetObject && /\bstruct\b/.test(value.declaration.header);
}
