import { bindSource, unexpected } from "./bind-expression.js";
import { findHints, type KeyRead } from "./bound/hints.js";
import { programShape } from "./bound/shape.js";
import { BranchSites } from "./compile/branch-sites.js";
import { isConstantProgram } from "./compile/constancy.js";
import { comparesObjects, mayGiveKnownObject } from "./compile/identities.js";
import { Operands } from "./compile/operands.js";
import { compileProgram, type Program } from "./compile/program.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";
import type { Compilation, CompiledExpression, ExpressionOptions, TellingExpression, Usage } from "./expression.js";
import { defaultLimits, type Host, type Limits, Run, systemHost } from "./runtime/run.js";
import { Boxed, NetObject } from "./types/values.js";

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
  const { program, scope, ...bound } = bindSource(source, options);
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
  return { expression, diagnostics, keyReads, tested, ...(options.tellsShape === true ? { shape: programShape(program) } : {}) };
}

/** Compiles a source that is known to be sound once more, so that it tells of its operands. */
function tellingExpression(source: string, options: ExpressionOptions, hasIdentity: boolean): TellingExpression {
  const { program, scope } = bindSource(source, options);
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

/** True if one value may be handed to every caller. Arrays, such as `Split` gives, may not. */
function isImmutable(value: unknown): boolean {
  if (value === null || typeof value !== "object" || value instanceof Boxed) return true;
  return value instanceof NetObject && /\bstruct\b/.test(value.declaration.header);
}
