import type {
  BoundExpression,
  BoundFunction,
  BoundProgram,
  BoundStatement,
  BoundSwitchSection,
  JumpTarget,
  LocalSymbol,
} from "../../bound/tree.js";
import type { Diagnostic, Problem } from "../../diagnostics/diagnostic.js";
import { diagnosticAt } from "../../diagnostics/problem.js";
import { flowErrors } from "./errors.js";
import { ExpressionFlow, type Place } from "./flow-expressions.js";
import { FlowState } from "./flow-state.js";

export type { Place } from "./flow-expressions.js";

/** What a front end knows about its source beside the tree. */
export interface FlowFacts {
  /**
   * Where statements stand: those that may be unreachable, declarations of variables, bodies of functions (a missing return is
   * told at their last character), bodies of switch sections (at the place of their last label).
   */
  readonly places: ReadonlyMap<BoundStatement, Place>;
  /** Locals that hold local functions: these run where they are called, not where their delegates are made. */
  readonly localFunctions: ReadonlySet<LocalSymbol>;
}

type Kind<K extends BoundStatement["kind"]> = Extract<BoundStatement, { kind: K }>;
type Lambda = Extract<BoundExpression, { kind: "Lambda" }>;

/** A jump out of a statement, and what holds when it is made. `target` null: out of the function. */
interface Jump {
  readonly kind: "break" | "continue" | "return" | "goto";
  readonly target: JumpTarget | null;
  state: FlowState;
}

/** What a local function needs of the variables around it, and what it assigns. */
interface Summary {
  readonly needs: ReadonlySet<LocalSymbol>;
  readonly assigns: readonly LocalSymbol[];
}

/** How a variable with a place is used. */
interface Usage {
  readonly place: Place;
  isRead: boolean;
  isWritten: boolean;
  /** Set to something whose evaluation may matter by itself. */
  isComputed: boolean;
}

/**
 * Finds the errors that depend on the flow of control, by the rules of the C# specification: use of variables that need not
 * have a value (CS0165, CS0269), out parameters left without one (CS0177), functions that can end without a value (CS0161),
 * switch sections that run into the next (CS0163, CS8070); and as warnings unreachable statements (CS0162) and unused
 * variables (CS0168, CS0219). Lambdas that can end without a value are for the front end, whose inference needs to know.
 */
export function analyseFlow(program: BoundProgram, facts: FlowFacts): Diagnostic[] {
  return new StatementFlow(program.function, facts).run();
}

class StatementFlow extends ExpressionFlow {
  private readonly diagnostics: Diagnostic[] = [];
  private readonly places: ReadonlyMap<BoundStatement, Place>;
  private readonly localFunctions: ReadonlySet<LocalSymbol>;
  private readonly declared = new Map<LocalSymbol, Lambda>();
  private readonly summaries = new Map<LocalSymbol, Summary | "running">();
  private readonly usages = new Map<LocalSymbol, Usage>();
  private jumps: Jump[] = [];
  private outParameters = new Set<LocalSymbol>();
  /** While a local function is followed: the variables around it that it needs, and the functions that are its own. */
  private needs: { readonly found: Set<LocalSymbol>; readonly own: Set<BoundFunction> } | null = null;
  /** The unreachable statement has been told of; those behind it need not be. */
  private isToldUnreachable = false;

  constructor(
    protected fn: BoundFunction,
    facts: FlowFacts,
  ) {
    super();
    this.places = facts.places;
    this.localFunctions = facts.localFunctions;
  }

  run(): Diagnostic[] {
    const { fn } = this;
    for (const parameter of fn.parameters) this.assign(parameter);
    this.body(fn.body, flowErrors.noReturn);
    for (const local of this.declared.keys()) this.summary(local);
    this.tellUnused();
    return this.diagnostics.sort((a, b) => a.start - b.start);
  }

  private tell(place: Place, problem: Problem): void {
    this.diagnostics.push(diagnosticAt(place, problem));
  }

  /**
   * Follows a function's body. Behind it, `state` is what holds when it returns.
   * @param noReturn what to tell of a missing return; null for lambdas, whose ends are for the front end
   */
  private body(body: BoundStatement | BoundExpression, noReturn: (() => Problem) | null): void {
    const outer = this.jumps;
    const outerTold = this.isToldUnreachable;
    this.jumps = [];
    this.isToldUnreachable = false;
    if (isStatement(body)) {
      this.statement(body);
      if (noReturn !== null && this.state.isReachable && this.fn.returnType.kind !== "void")
        this.tell(this.closing(), noReturn());
      this.land("return", null);
    } else this.visit(body);
    this.isToldUnreachable = outerTold;
    this.jumps = outer;
  }

  /** The last character of the function at hand. */
  private closing(lambda: Place = { start: 0, end: 0 }): Place {
    const { body } = this.fn;
    const { end } = (isStatement(body) ? this.places.get(body) : undefined) ?? lambda;
    return { start: Math.max(end - 1, 0), end };
  }

  /** A function inside the one at hand: enters it with a state, leaves the state behind it. */
  private inner(lambda: Lambda, state: FlowState, follow: () => void): void {
    const { fn, outParameters } = this;
    this.fn = lambda.function;
    this.state = state;
    this.outParameters = new Set();
    this.needs?.own.add(this.fn);
    lambda.function.parameters.forEach((parameter, index) => {
      if (lambda.type.invoke?.parameters[index]?.mode === "out") {
        this.outParameters.add(parameter);
        this.state.unassign(this.numberOf(parameter));
      } else this.assign(parameter);
    });
    follow();
    for (const parameter of this.outParameters) {
      if (this.state.isAssigned(this.numberOf(parameter))) continue;
      this.tell(this.closing(lambda), flowErrors.outParameterLeft(parameter.name));
    }
    this.fn = fn;
    this.outParameters = outParameters;
  }

  protected lambda(lambda: Lambda): void {
    const before = this.state;
    this.inner(lambda, before.copy(), () => this.body(lambda.function.body, null));
    this.state = before;
  }

  protected isLocalFunction(local: LocalSymbol): boolean {
    return this.declared.has(local);
  }

  protected declareFunction(local: LocalSymbol, lambda: Lambda): boolean {
    if (!this.localFunctions.has(local)) return false;
    this.declared.set(local, lambda);
    return true;
  }

  protected useFunction(local: LocalSymbol, place: Place, isCall: boolean): void {
    const summary = this.summary(local);
    for (const needed of summary?.needs ?? []) this.read(needed, place);
    if (isCall) for (const assigned of summary?.assigns ?? []) this.assign(assigned);
  }

  /** What a local function needs and assigns; null while it is being followed, or where it is unknown. */
  private summary(local: LocalSymbol): Summary | null {
    const known = this.summaries.get(local);
    if (known !== undefined) return known === "running" ? null : known;
    const lambda = this.declared.get(local);
    if (lambda === undefined) return null;
    this.summaries.set(local, "running");
    const { state, needs } = this;
    const found = new Set<LocalSymbol>();
    this.needs = { found, own: new Set() };
    const fn = lambda.function;
    let assigns: LocalSymbol[] = [];
    this.inner(lambda, FlowState.start(), () => {
      this.body(fn.body, () => flowErrors.noReturnOf(local.name));
      assigns = this.state.assignedSince(FlowState.start()).map((number) => this.symbolOf(number));
    });
    const own = this.needs.own;
    this.needs = needs;
    this.state = state;
    // What was read first counts as assigned behind that, but not by the function.
    const summary: Summary = { needs: found, assigns: assigns.filter((assign) => !own.has(assign.owner) && !found.has(assign)) };
    this.summaries.set(local, summary);
    return summary;
  }

  protected read(local: LocalSymbol, place: Place): void {
    const usage = this.usages.get(local);
    if (usage !== undefined) usage.isRead = true;
    const number = this.numberOf(local);
    if (this.state.isAssigned(number)) return;
    // One error for a variable is enough.
    this.state.assign(number);
    if (this.needs !== null && !this.needs.own.has(local.owner)) this.needs.found.add(local);
    else if (local.name.startsWith("<")) return;
    else if (this.outParameters.has(local)) this.tell(place, flowErrors.unassignedOutParameter(local.name));
    else this.tell(place, flowErrors.unassignedVariable(local.name));
  }

  protected written(local: LocalSymbol, value: BoundExpression | null): void {
    const usage = this.usages.get(local);
    if (usage === undefined) return;
    usage.isWritten = true;
    if (value === null || !isPlainConstant(value)) usage.isComputed = true;
  }

  private tellUnused(): void {
    for (const [{ name }, { place, isRead, isWritten, isComputed }] of this.usages) {
      if (isRead || isComputed) continue;
      this.tell(place, isWritten ? flowErrors.onlyAssigned(name) : flowErrors.neverUsed(name));
    }
  }

  private jump(kind: Jump["kind"], target: JumpTarget | null): void {
    if (this.state.isReachable) this.jumps.push({ kind, target, state: this.state });
    this.state = FlowState.unreachable();
  }

  /** The jumps to a target end here: their states join the one at hand. */
  private land(kind: Jump["kind"], target: JumpTarget | null): void {
    this.jumps = this.jumps.filter((jump) => {
      if (jump.kind !== kind || jump.target !== target) return true;
      this.state = this.state.join(jump.state);
      return false;
    });
  }

  private statement(statement: BoundStatement): void {
    if (this.state.isReachable) this.isToldUnreachable = false;
    else this.tellUnreachable(statement);
    switch (statement.kind) {
      case "Empty":
        return;
      case "Block":
        this.block(statement);
        return;
      case "Label":
        return;
      case "Goto":
        this.jump("goto", statement.target);
        return;
      case "Expression":
        this.visit(statement.expression);
        return;
      case "Declare":
        this.declare(statement);
        return;
      case "If":
        this.choice(statement);
        return;
      case "While": {
        const { whenTrue, whenFalse } = this.branches(statement.condition);
        this.state = whenTrue;
        this.statement(statement.body);
        this.land("continue", statement.target);
        this.leaveLoop(statement.target, whenFalse);
        return;
      }
      case "DoWhile": {
        this.statement(statement.body);
        this.land("continue", statement.target);
        this.leaveLoop(statement.target, this.branches(statement.condition).whenFalse);
        return;
      }
      case "For":
        this.counted(statement);
        return;
      case "ForEach":
        this.forEach(statement);
        return;
      case "Switch":
        this.switch(statement);
        return;
      case "GotoSection":
        this.state = FlowState.unreachable();
        return;
      case "Break":
        this.jump("break", statement.target);
        return;
      case "Continue":
        this.jump("continue", statement.target);
        return;
      case "Return":
        if (statement.value !== null) this.visit(statement.value);
        this.jump("return", null);
        return;
      case "Throw":
        this.visit(statement.value);
        this.state = FlowState.unreachable();
        return;
      case "Rethrow":
        this.state = FlowState.unreachable();
        return;
      case "Try":
        this.try(statement);
        return;
    }
  }

  private tellUnreachable(statement: BoundStatement): void {
    const place = this.places.get(statement);
    if (this.isToldUnreachable || place === undefined || statement.kind === "Empty" || statement.kind === "Block") return;
    if (statement.kind === "Declare" && statement.value === null) return;
    this.isToldUnreachable = true;
    this.tell(place, flowErrors.unreachable());
  }

  /**
   * Jumps back to a label bring nothing that the way to it has not brought. A label that only such jumps lead to is
   * taken to know no more than the block's beginning.
   */
  private block({ statements }: Kind<"Block">): void {
    const entry = statements.some((statement) => statement.kind === "Label") ? this.state.copy() : null;
    for (const statement of statements) {
      if (statement.kind === "Label" && entry !== null) {
        this.land("goto", statement.target);
        if (!this.state.isReachable) this.state = entry.copy();
      }
      this.statement(statement);
    }
    if (entry === null) return;
    const own = new Set(statements.map((statement) => (statement.kind === "Label" ? statement.target : null)));
    this.jumps = this.jumps.filter((jump) => jump.kind !== "goto" || !own.has(jump.target));
  }

  private declare(statement: Kind<"Declare">): void {
    const { local, value } = statement;
    const place = this.places.get(statement);
    if (place !== undefined && !this.usages.has(local)) {
      this.usages.set(local, { place, isRead: false, isWritten: false, isComputed: false });
    }
    if (value === null) this.state.unassign(this.numberOf(local));
    else this.set(local, value);
  }

  /** `if … else if …` in a loop, as such chains are long. */
  private choice(statement: Kind<"If">): void {
    let ends = FlowState.unreachable();
    let rest: BoundStatement | null = statement;
    while (rest?.kind === "If") {
      const { whenTrue, whenFalse } = this.branches(rest.condition);
      this.state = whenTrue;
      this.statement(rest.then);
      ends = ends.join(this.state);
      this.state = whenFalse;
      rest = rest.otherwise;
    }
    if (rest !== null) this.statement(rest);
    this.state = ends.join(this.state);
  }

  private leaveLoop(target: JumpTarget, state: FlowState): void {
    this.state = state;
    this.land("break", target);
  }

  private counted(statement: Kind<"For">): void {
    for (const initializer of statement.initial) this.statement(initializer);
    const { whenTrue, whenFalse } =
      statement.condition === null
        ? { whenTrue: this.state, whenFalse: FlowState.unreachable() }
        : this.branches(statement.condition);
    this.state = whenTrue;
    this.statement(statement.body);
    this.land("continue", statement.target);
    this.visitAll(statement.updates);
    this.leaveLoop(statement.target, whenFalse);
  }

  private forEach(statement: Kind<"ForEach">): void {
    this.visit(statement.source);
    const before = this.state.copy();
    this.assign(statement.element);
    this.visit(statement.value);
    this.assign(statement.local);
    this.statement(statement.body);
    this.land("continue", statement.target);
    this.leaveLoop(statement.target, before);
  }

  private switch(statement: Kind<"Switch">): void {
    this.visit(statement.value);
    this.assign(statement.governing);
    const entries: FlowState[] = [];
    for (const section of statement.sections) entries.push(this.tests(section));
    const otherwise = this.state;
    const hasDefault = statement.sections.some((section) => section.isDefault);
    statement.sections.forEach((section, index) => {
      this.state = section.isDefault ? entries[index]!.join(otherwise) : entries[index]!;
      this.statement(section.body);
      if (this.state.isReachable) this.tellFallThrough(section, index === statement.sections.length - 1);
    });
    this.leaveLoop(statement.target, hasDefault ? FlowState.unreachable() : otherwise);
  }

  /** The state in which a section is entered; the one at hand goes on to the next tests. */
  private tests(section: BoundSwitchSection): FlowState {
    let entry = FlowState.unreachable();
    for (const test of section.tests) {
      const { whenTrue, whenFalse } = this.branches(test);
      entry = entry.join(whenTrue);
      this.state = whenFalse;
    }
    return entry;
  }

  private tellFallThrough(section: BoundSwitchSection, isLast: boolean): void {
    const place = this.places.get(section.body) ?? { start: 0, end: 0 };
    this.tell(place, isLast ? flowErrors.fallsOut() : flowErrors.fallsThrough());
  }

  /**
   * A handler or finally block may run after any part of the block: it starts with what held before. What finally assigns
   * holds behind it, and for the jumps that pass through it.
   */
  private try(statement: Kind<"Try">): void {
    const before = this.state.copy();
    const outer = this.jumps;
    this.jumps = [];
    this.statement(statement.block);
    let ends = this.state;
    for (const { local, filter, body } of statement.catches) {
      this.state = before.copy();
      if (local !== null) this.assign(local);
      if (filter !== null) this.state = this.branches(filter).whenTrue;
      this.statement(body);
      ends = ends.join(this.state);
    }
    const passing = this.jumps;
    this.jumps = outer;
    if (statement.finally !== null) {
      this.state = before.copy();
      this.statement(statement.finally);
      for (const jump of passing) jump.state = jump.state.with(this.state);
      ends = ends.with(this.state);
    }
    for (const jump of passing) if (jump.state.isReachable) this.jumps.push(jump);
    this.state = ends;
  }
}

function isStatement(body: BoundStatement | BoundExpression): body is BoundStatement {
  return !("type" in body);
}

/** A value that can be left out without anything being different: then an unread variable is worth a warning. */
function isPlainConstant(value: BoundExpression): boolean {
  if (value.kind === "Convert") return isPlainConstant(value.operand);
  return value.kind === "Constant" || value.kind === "Default";
}
