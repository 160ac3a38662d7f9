import type { Diagnostic, Place, Problem } from "../diagnostics/diagnostic.js";
import { diagnosticAt, warning } from "../diagnostics/problem.js";
import type { BoundExpression, BoundProgram } from "./tree.js";
import { type BoundNode, visitBound } from "./visit.js";

/**
 * What a host knows of its own members that the type system does not say: by these an expression is warned about that compiles but
 * is likely to fail at run time. Keys are member ids, such as `IProxyContext.Subscription`.
 */
export interface HostHints {
  /** Properties that may be null, and when they are: `without a subscription key`. */
  readonly mayBeNull: Readonly<Record<string, string>>;
  /** Dictionaries whose indexer throws for an absent key, and what to use instead: `GetValueOrDefault`. */
  readonly throwsWhenAbsent: Readonly<Record<string, string>>;
  /** Methods that give null where nothing is found, unless they are given a default. */
  readonly nullWithoutDefault: Readonly<Record<string, string>>;
}

/** A dictionary of the host that is indexed by a constant key, without a test that the key is there. */
export interface KeyRead {
  /** The dictionary's member id: `IProxyContext.Variables`. */
  readonly member: string;
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

type MemberNode = Extract<BoundExpression, { kind: "Member" }>;

/** What a host's hints lead to. */
export const hintWarnings = {
  mayBeNull: warning("TP1301", (path: string, why: string) => ({
    message: `${path} may be null: it is so ${why}.`,
    hint: "Use ?. or compare it with null first.",
  })),
  throwsWhenAbsent: warning("TP1302", (path: string, key: string, instead: string) => ({
    message: `${path}["${key}"] throws KeyNotFoundException where there is none.`,
    hint: instead,
  })),
  nullWithoutDefault: warning("TP1303", (instead: string) => ({
    message: "The value is null where nothing of that name is there.",
    hint: instead,
  })),
} as const;

/** Warnings by a host's hints, the constant keys that are read without a test, and the paths that are compared with null or otherwise tested. */
export function findHints(
  program: BoundProgram,
  hints: HostHints,
): { readonly diagnostics: Diagnostic[]; readonly keyReads: KeyRead[]; readonly tested: ReadonlySet<string> } {
  const finder = new HintFinder(hints);
  visitBound(program.function.body, (node) => finder.note(node));
  visitBound(program.function.body, (node) => finder.look(node));
  return { diagnostics: finder.diagnostics, keyReads: finder.keyReads, tested: finder.tested };
}

class HintFinder {
  readonly diagnostics: Diagnostic[] = [];
  readonly keyReads: KeyRead[] = [];
  /** Paths that the expression compares with null or tests, wherever: whoever tests once knows what he does. */
  readonly tested = new Set<string>();

  constructor(private readonly hints: HostHints) {}

  note(node: BoundNode): void {
    if (node.kind === "Same" || node.kind === "Coalesce") {
      const { left, right } = node as Extract<BoundExpression, { kind: "Same" | "Coalesce" }>;
      for (const side of [left, right]) this.test(side);
    } else if (node.kind === "NullConditional")
      this.test((node as Extract<BoundExpression, { kind: "NullConditional" }>).receiver);
    else if (node.kind === "IsType" || node.kind === "AsType")
      this.test((node as Extract<BoundExpression, { kind: "IsType" }>).operand);
    else if (node.kind === "Member" && /\.(ContainsKey|TryGetValue)$/.test((node as MemberNode).member.id)) {
      const {
        receiver,
        arguments: [key],
      } = node as MemberNode;
      const path = receiver === null ? null : pathOf(receiver);
      const constant = key === undefined ? null : constantText(key);
      if (path !== null) this.tested.add(constant === null ? `${path}[*]` : `${path}[${constant}]`);
    }
  }

  look(node: BoundNode): void {
    if (node.kind !== "Member") return;
    const { receiver, member, accessor, arguments: args } = node as MemberNode;
    if (receiver === null || receiver.kind !== "Member") return;
    const { id } = receiver.member;
    const path = pathOf(receiver);
    const why = Object.hasOwn(this.hints.mayBeNull, id) ? this.hints.mayBeNull[id] : undefined;
    if (why !== undefined && receiver.accessor === "get" && path !== null && !this.tested.has(path))
      this.warn(receiver, { ...hintWarnings.mayBeNull(path, why), subject: path });
    const instead = Object.hasOwn(this.hints.nullWithoutDefault, id) ? this.hints.nullWithoutDefault[id] : undefined;
    if (instead !== undefined && receiver.arguments.length === 2 && !receiver.type.isValueType)
      this.warn(receiver, hintWarnings.nullWithoutDefault(instead));
    if (member.name === "this[]" && accessor === "get" && path !== null) this.key(node as MemberNode, id, path, args[0]);
  }

  private key(node: MemberNode, id: string, path: string, argument: MemberNode["arguments"][number] | undefined): void {
    const key = argument === undefined ? null : constantText(argument);
    if (key === null || this.tested.has(`${path}[${key}]`) || this.tested.has(`${path}[*]`)) return;
    const instead = Object.hasOwn(this.hints.throwsWhenAbsent, id) ? this.hints.throwsWhenAbsent[id] : undefined;
    if (instead !== undefined) this.warn(node, hintWarnings.throwsWhenAbsent(path, key, instead));
    this.keyReads.push({ member: id, key, start: node.start, end: node.end });
  }

  private test(node: BoundExpression): void {
    const inner = unwrapped(node);
    const path = pathOf(inner);
    if (path !== null) this.tested.add(path);
  }

  private warn(place: Place, problem: Problem): void {
    const isKnown = this.diagnostics.some(({ code, message }) => code === problem.code && message === problem.message);
    if (!isKnown) this.diagnostics.push(diagnosticAt(place, problem));
  }
}

function unwrapped(node: BoundExpression): BoundExpression {
  return node.kind === "Convert" ? unwrapped(node.operand) : node;
}

function constantText(node: MemberNode["arguments"][number]): string | null {
  return node.kind === "Constant" && typeof node.value === "string" ? node.value : null;
}

/** `context.Request.Headers` for a chain of properties from a global; null for anything else. */
function pathOf(node: BoundExpression): string | null {
  if (node.kind === "Global") return node.name;
  if (node.kind !== "Member" || node.accessor !== "get" || node.arguments.length > 0 || node.receiver === null) return null;
  const outer = pathOf(node.receiver);
  return outer === null ? null : `${outer}.${node.member.name}`;
}
