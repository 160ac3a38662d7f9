import type { BoundExpression, LocalSymbol } from "@turnpike/expressions/analysis";
import { constantText, type LintCode, type MemberUse, pathOf, withoutConversions } from "./code.js";

/** A read of a whole body in an expression. */
export interface BodyRead {
  readonly use: MemberUse;
  /** `request`, `response`, or the variable that holds the answer of a side call. */
  readonly of: string;
  /** Can the body be read again? */
  readonly preserves: boolean;
  /** Is the body looked at for null before? */
  readonly isGuarded: boolean;
}

const READS = /^IMessageBody\.As/;

/** Reads of bodies, in the order of the text. */
export function bodyReads(code: LintCode): readonly BodyRead[] {
  if (code.program === null || ![...code.program.uses].some((use) => READS.test(use))) return [];
  const temporaries = new Map<LocalSymbol, BoundExpression>();
  for (const node of code.nodes)
    if (node.kind === "NullConditional") {
      const { temporary, receiver } = node as Extract<BoundExpression, { kind: "NullConditional" }>;
      temporaries.set(temporary, receiver);
    }
  const found: BodyRead[] = [];
  for (const node of code.nodes) {
    if (node.kind !== "Member") continue;
    const use = node as MemberUse;
    if (!READS.test(use.member.id) || use.receiver === null) continue;
    const isConditional = use.receiver.kind === "Local" && temporaries.has(use.receiver.local);
    const body = isConditional
      ? temporaries.get((use.receiver as Extract<BoundExpression, { kind: "Local" }>).local)!
      : use.receiver;
    const of = ownerOf(body);
    if (of === null) continue;
    const first = use.arguments[0];
    const preserves = first !== undefined && (first.kind !== "Constant" || first.value === true);
    found.push({ use, of, preserves, isGuarded: isConditional || /Body\s*[!=]=\s*null|Body\s+is\s/.test(code.text) });
  }
  return found;
}

function ownerOf(body: BoundExpression): string | null {
  const inner = withoutConversions(body);
  const path = pathOf(inner);
  if (path === "context.Request.Body") return "request";
  if (path === "context.Response.Body") return "response";
  if (inner.kind !== "Member" || inner.receiver === null || inner.member.name !== "Body") return null;
  const answer = withoutConversions(inner.receiver);
  if (answer.kind !== "Member") return null;
  const dictionary = answer.receiver ?? answer.arguments[0];
  const key = constantText(answer.receiver === null ? answer.arguments[1] : answer.arguments[0]);
  if (dictionary === undefined || !("start" in dictionary) || pathOf(dictionary) !== "context.Variables") return null;
  return key === null ? null : `variable ${key}`;
}
