import type { BoundFunction, BoundStatement, JumpTarget, LocalSymbol } from "../bound/tree.js";
import type { Diagnostic, Place, Problem } from "../diagnostics/diagnostic.js";
import { diagnosticAt } from "../diagnostics/problem.js";
import type { NetType } from "../types/net-type.js";
import type { TypeScope } from "../types/scope.js";
import { type CoreTypes, coreTypesOf } from "./core-types.js";
import { bindingErrors } from "./errors.js";
import type { GlobalVariable } from "./globals.js";
import { LocalScope } from "./local-scope.js";
import type { LambdaReturn, OutVariableOperand } from "./operand.js";

/** How `return` is bound in the function at hand: to a known type, or kept until the type has been inferred. */
export type ReturnMode =
  | { readonly kind: "known"; readonly type: NetType }
  | { readonly kind: "collect"; readonly returns: LambdaReturn[] };

/** Where `break`, `continue` and `goto case` lead. */
export interface Jumps {
  readonly breakTarget: JumpTarget | null;
  readonly continueTarget: JumpTarget | null;
  readonly switch: SwitchContext | null;
}

/** The switch around a `goto case`. Sections are known before their bodies are bound. */
export interface SwitchContext {
  readonly target: JumpTarget;
  readonly governingType: NetType;
  readonly sectionOf: ReadonlyMap<unknown, number>;
  readonly defaultSection: number;
}

/** The jumps of a body that stands in no loop or switch. */
export const NO_JUMPS: Jumps = { breakTarget: null, continueTarget: null, switch: null };

/** What overflow does: `default` wraps at run time and is an error among constants; the others as `checked` and `unchecked` say. */
export type Overflow = "default" | "checked" | "unchecked";

/** What depends on the place at which binding is. Never changed: {@link Binder.within} puts another in its place. */
export interface Frame {
  readonly fn: BoundFunction;
  readonly locals: LocalScope;
  readonly overflow: Overflow;
  readonly returnMode: ReturnMode;
  readonly jumps: Jumps;
  /** Labels in sight, by name. */
  readonly labels: ReadonlyMap<string, JumpTarget>;
  /** True if inside a `catch`, where `throw;` may stand. */
  readonly isInCatch: boolean;
  /** Collects the locals that `out var` and patterns make while the statement at hand is bound: it declares them first. */
  readonly expressionLocals: LocalSymbol[];
  /** Type parameters of the generic local functions around, and what they stand for in the call at hand. */
  readonly typeParameters: ReadonlyMap<string, NetType>;
  /** The value of the innermost `a?.` whose rest is being bound. */
  readonly conditionalReceiver: LocalSymbol | null;
}

const NO_LABELS: ReadonlyMap<string, JumpTarget> = new Map();

/** What begins anew in the body of a function, whatever is around it. */
const newBody = () => ({
  jumps: NO_JUMPS,
  labels: NO_LABELS,
  isInCatch: false,
  expressionLocals: [],
  conditionalReceiver: null,
});

/** The state of binding one program. What is bound how stands in the modules beside this one and in those of the language. */
export class Binder {
  readonly core: CoreTypes;
  diagnostics: Diagnostic[] = [];
  /** Ids of members used so far; may hold an id more than once. */
  uses: string[] = [];
  private frame: Frame;
  /** The locals that hold local functions. */
  readonly localFunctions = new Set<LocalSymbol>();
  /** The types that the program's results have before they are converted to the result type. */
  readonly resultTypes = new Set<NetType>();
  /** The locals that `out var` arguments have become. */
  readonly outVariables = new Map<OutVariableOperand, LocalSymbol>();
  /** Statements by the places where flow errors are to be reported. */
  readonly places = new Map<BoundStatement, Place>();

  constructor(
    readonly scope: TypeScope,
    readonly globals: ReadonlyMap<string, GlobalVariable>,
    readonly allowBeyond: boolean,
    resultType: NetType,
  ) {
    this.core = coreTypesOf(scope);
    this.frame = {
      ...newBody(),
      fn: makeFunction(null, resultType),
      locals: new LocalScope(null),
      overflow: "default",
      returnMode: { kind: "known", type: resultType },
      typeParameters: new Map(),
    };
  }

  get fn(): BoundFunction {
    return this.frame.fn;
  }

  get locals(): LocalScope {
    return this.frame.locals;
  }

  get overflow(): Overflow {
    return this.frame.overflow;
  }

  get isChecked(): boolean {
    return this.frame.overflow === "checked";
  }

  get returnMode(): ReturnMode {
    return this.frame.returnMode;
  }

  get jumps(): Jumps {
    return this.frame.jumps;
  }

  get labels(): ReadonlyMap<string, JumpTarget> {
    return this.frame.labels;
  }

  get isInCatch(): boolean {
    return this.frame.isInCatch;
  }

  get expressionLocals(): LocalSymbol[] {
    return this.frame.expressionLocals;
  }

  get typeParameters(): ReadonlyMap<string, NetType> {
    return this.frame.typeParameters;
  }

  get conditionalReceiver(): LocalSymbol | null {
    return this.frame.conditionalReceiver;
  }

  /** Runs `bind` with a frame that differs from the one at hand as `changes` say. */
  within<T>(changes: Partial<Frame>, bind: () => T): T {
    const outer = this.frame;
    this.frame = { ...outer, ...changes };
    try {
      return bind();
    } finally {
      this.frame = outer;
    }
  }

  /** Runs `bind` in the body of a function: no jump leads out of it, and no `catch` or statement reaches into it. */
  inBody<T>(body: Pick<Frame, "fn" | "locals"> & Partial<Frame>, bind: () => T): T {
    return this.within({ ...newBody(), ...body }, bind);
  }

  /** Reports a problem at a place. */
  report(place: Place, problem: Problem): void {
    this.diagnostics.push(diagnosticAt(place, problem));
  }

  /** Binds without reporting: gives the errors and uses to whoever decides about them. */
  speculate<T>(bind: () => T): {
    readonly value: T;
    readonly diagnostics: readonly Diagnostic[];
    readonly uses: readonly string[];
  } {
    const { diagnostics, uses } = this;
    this.diagnostics = [];
    this.uses = [];
    try {
      const value = bind();
      return { value, diagnostics: this.diagnostics, uses: this.uses };
    } finally {
      this.diagnostics = diagnostics;
      this.uses = uses;
    }
  }

  /** A new local of the function at hand. */
  newLocal(name: string, type: NetType): LocalSymbol {
    const local: LocalSymbol = { name, type, owner: this.fn, slot: this.fn.slotCount++, captured: false };
    return local;
  }

  /** A local without a name that C# code could write. */
  temporary(type: NetType): LocalSymbol {
    return this.newLocal("<temporary>", type);
  }

  /** Notes that the function at hand uses a local: one of an enclosing function is captured by all functions between. */
  touch(local: LocalSymbol): void {
    if (local.owner === this.fn) return;
    local.captured = true;
    for (let fn: BoundFunction | null = this.fn; fn !== null && fn !== local.owner; fn = fn.parent) fn.captures.add(local);
  }

  /** Runs `bind` with a block of its own for the names it declares. */
  inScope<T>(bind: () => T): T {
    return this.within({ locals: new LocalScope(this.locals) }, bind);
  }

  /** Runs `bind` with other jump targets; with none at all, labels are out of sight too. */
  withJumps<T>(jumps: Jumps, bind: () => T): T {
    return this.within(jumps === NO_JUMPS ? { jumps, labels: NO_LABELS } : { jumps }, bind);
  }
}

/** A function with neither parameters nor body yet. */
export function makeFunction(parent: BoundFunction | null, returnType: NetType): BoundFunction {
  return {
    parent,
    parameters: [],
    slotCount: 0,
    references: new Set(),
    captures: new Set(),
    returnType,
    body: { kind: "Empty" },
  };
}

/** Declares a local under its name, with the errors that C# gives where the name is taken. */
export function declareName(b: Binder, name: string, node: Place, entry: Parameters<LocalScope["declare"]>[1]): void {
  switch (b.locals.conflict(name)) {
    case "same":
      b.report(node, bindingErrors.nameTaken(name));
      break;
    case "around":
    case "inside":
      b.report(node, bindingErrors.nameTakenAround(name));
      break;
    case null:
  }
  b.locals.declare(name, entry);
}
