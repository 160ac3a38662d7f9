import type { BoundExpression, BoundNode, BoundProgram } from "@turnpike/expressions/analysis";
import { bindExpression, visitBound } from "@turnpike/expressions/analysis";
import { substitute } from "../compile/named-values.js";
import { contextGlobals, contextTypes } from "../context/types.js";
import type { NamedValueModel } from "../model/model.js";
import { isOneExpression } from "../xml/expressions.js";
import type { ExpressionLanguage } from "../xml/nodes.js";
import type { MappedText } from "../xml/source.js";
import type { Span } from "./span.js";

/** A use of a member: a property read, a method called, a constructor. */
export type MemberUse = Extract<BoundExpression, { kind: "Member" }>;

/** An expression of a document, and its typed tree. Bound when first looked at. */
export class LintCode {
  /** With named values put in, as far as they are known. */
  readonly text: string;
  /** Does a named value stand in it? Then nothing is known of what it comes to elsewhere. */
  readonly hasNamedValues: boolean;
  private readonly mapped: MappedText;
  private readonly lead: number;
  private bound: BoundProgram | null | undefined;
  private list: readonly BoundNode[] | undefined;

  constructor(
    written: MappedText,
    readonly language: ExpressionLanguage,
    namedValues: ReadonlyMap<string, NamedValueModel>,
  ) {
    this.mapped = substitute(written, namedValues, true).value;
    this.lead = this.mapped.text.length - this.mapped.text.trimStart().length;
    this.text = this.mapped.text.trim();
    this.hasNamedValues = written.text.includes("{{");
  }

  /** The typed tree; null if the expression does not compile, which `check` reports. */
  get program(): BoundProgram | null {
    this.bound ??= isOneExpression(this.text, this.language)
      ? bindExpression(this.text, { language: this.language, globals: contextGlobals, types: contextTypes }).program
      : null;
    return this.bound;
  }

  /** The static type of its value as C# names it; null if it does not compile. */
  get type(): string | null {
    return this.program?.type.name ?? null;
  }

  /** Every node of its tree in the order of the text, outer ones first. */
  get nodes(): readonly BoundNode[] {
    if (this.list === undefined) {
      const found: BoundNode[] = [];
      if (this.program !== null) visitBound(this.program.function.body, (node) => found.push(node));
      this.list = found
        .map((node, index) => ({ node, index }))
        .sort(byPlace)
        .map(({ node }) => node);
    }
    return this.list;
  }

  /** Uses of members by id, such as `IProxyContext.Subscription`. */
  *uses(...ids: readonly string[]): Generator<MemberUse> {
    if (this.program === null || !ids.some((id) => this.program!.uses.has(id))) return;
    for (const node of this.nodes) if (isMember(node) && ids.includes(node.member.id)) yield node;
  }

  /** Does it use one of these members? */
  has(...ids: readonly string[]): boolean {
    return this.program !== null && ids.some((id) => this.program!.uses.has(id));
  }

  /** Where a part of it stands in the document. */
  span({ start, end }: { readonly start: number; readonly end: number }): Span {
    const last = Math.max(start, end - 1);
    return { start: this.mapped.offset(this.lead + start), end: this.mapped.offset(this.lead + last) + 1 };
  }

  /** Where the whole of it stands. */
  get whole(): Span {
    return this.span({ start: 0, end: this.text.length });
  }
}

type Ordered = { readonly node: BoundNode; readonly index: number };

function byPlace(a: Ordered, b: Ordered): number {
  const left = a.node as Partial<BoundExpression>;
  const right = b.node as Partial<BoundExpression>;
  return (left.start ?? 0) - (right.start ?? 0) || (right.end ?? 0) - (left.end ?? 0) || a.index - b.index;
}

/** Is the node a use of a member? */
export function isMember(node: BoundNode): node is MemberUse {
  return node.kind === "Member";
}

/** An operand without the conversions around it. */
export function withoutConversions(node: BoundExpression): BoundExpression {
  return node.kind === "Convert" || node.kind === "Text" ? withoutConversions(node.operand) : node;
}

/** The text of a constant string; null for anything else. */
export function constantText(node: { readonly kind: string } | undefined): string | null {
  if (node === undefined) return null;
  const inner = withoutConversions(node as BoundExpression);
  return inner.kind === "Constant" && typeof inner.value === "string" ? inner.value : null;
}

/** `context.Request.Headers` for a chain of properties from `context`; null for anything else. */
export function pathOf(node: BoundExpression): string | null {
  if (node.kind === "Convert") return pathOf(node.operand);
  if (node.kind === "Global") return node.name;
  if (node.kind !== "Member" || node.accessor !== "get" || node.arguments.length > 0 || node.receiver === null) return null;
  const outer = pathOf(node.receiver);
  return outer === null ? null : `${outer}.${node.member.name}`;
}

/** The expression of `@(…)`, or the one that `@{ return …; }` gives; null for more statements. */
export function resultOf(program: BoundProgram): BoundExpression | null {
  let { body } = program.function as { body: BoundNode };
  while (body.kind === "Block") {
    const { statements } = body as unknown as { readonly statements: readonly BoundNode[] };
    if (statements.length !== 1) return null;
    body = statements[0]!;
  }
  if (body.kind === "Return") return (body as unknown as { readonly value: BoundExpression | null }).value;
  return "type" in body ? (body as BoundExpression) : null;
}

/** A read of a dictionary by a constant key: `d["k"]`, `d.GetValueOrDefault("k", …)`. */
export interface KeyUse {
  readonly use: MemberUse;
  /** The dictionary's path: `context.Variables`. */
  readonly path: string;
  readonly key: string;
  readonly how: "indexer" | "default" | "test";
}

/** Reads of dictionaries of `context` by constant keys. */
export function* keyUses(code: LintCode): Generator<KeyUse> {
  for (const node of code.nodes) {
    if (!isMember(node)) continue;
    const how =
      node.member.name === "this[]" && node.accessor === "get"
        ? "indexer"
        : node.member.name === "GetValueOrDefault"
          ? "default"
          : node.member.name === "ContainsKey" || node.member.name === "TryGetValue"
            ? "test"
            : null;
    if (how === null) continue;
    const isStatic = node.receiver === null || node.member.id.startsWith("PolicyExtensions.");
    const [first, second] = node.arguments;
    const target = node.receiver ?? (isStatic ? first : undefined);
    const argument = node.receiver === null ? second : first;
    const key = constantText(argument);
    if (target === undefined || !("start" in target) || key === null) continue;
    const path = pathOf(target);
    if (path !== null) yield { use: node, path, key, how };
  }
}

/** A dictionary's entry as conditions and reads name it: headers are compared without regard to case. */
export function keyPath(path: string, key: string): string {
  return `${path}[${path.endsWith(".Headers") ? key.toLowerCase() : key}]`;
}

/** The code without blanks outside of texts: two conditions are the same if these are. */
export function comparable(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (part) => (part.startsWith('"') ? part : ""));
}
