import type { XmlElement } from "../../xml/nodes.js";

/** The ways in which documents are changed to see whether tests notice. */
export type MutationOperator =
  | "drop-base"
  | "remove-policy"
  | "negate-condition"
  | "flip-comparison"
  | "flip-logic"
  | "swap-branches"
  | "remove-claim"
  | "remove-audience"
  | "remove-issuer"
  | "widen-origin"
  | "raise-limit"
  | "lower-limit"
  | "remove-vary"
  | "change-status"
  | "change-text"
  | "remove-on-error";

/** Policies that limit something, and the attributes (of them or of elements in them) that say how much. */
const LIMITED = /^(?:rate-limit|quota)(?:-by-key)?$|^limit-concurrency$|-token-limit$|^validate-content$/;
const LIMITS = new Set(["calls", "bandwidth", "max-count", "tokens-per-minute", "token-quota", "max-size"]);

/** Does an attribute of an element inside a policy say how much is let through? */
export function isLimit(policy: string, attribute: string): boolean {
  return LIMITED.test(policy) && LIMITS.has(attribute);
}

/** Does an attribute hold the status of an answer? */
export function isStatus(element: string, attribute: string): boolean {
  if (element === "set-status") return attribute === "code";
  return attribute === "status-code" || attribute.endsWith("-httpcode");
}

const TEXT_ELEMENTS = new Set(["value", "set-body", "set-url", "message"]);

/** Is what stands in an element a text that somebody gets to see, or that decides where a call goes? */
export function isTextElement({ name }: XmlElement): boolean {
  return TEXT_ELEMENTS.has(name);
}

/** Is an attribute's value such a text? */
export function isTextAttribute(element: string, attribute: string): boolean {
  if (attribute === "reason" || attribute.endsWith("-error-message")) return true;
  if (element === "set-variable") return attribute === "value";
  if (element === "rewrite-uri") return attribute === "template";
  return element === "set-backend-service" && attribute === "base-url";
}

/** What is left out one by one, and the element around it, which goes with the last of its kind. */
const LISTED: Readonly<Record<string, readonly [operator: MutationOperator, around: string | null]>> = {
  claim: ["remove-claim", "required-claims"],
  audience: ["remove-audience", "audiences"],
  issuer: ["remove-issuer", "issuers"],
  "vary-by-header": ["remove-vary", null],
  "vary-by-query-parameter": ["remove-vary", null],
  "vary-by": ["remove-vary", null],
};

/** How leaving an element out is called, and whether the element around it has to go as well; null if it is no such element. */
export function removalOf(
  { name }: XmlElement,
  around: XmlElement,
): { readonly operator: MutationOperator; readonly isLast: boolean } | null {
  const rule = Object.hasOwn(LISTED, name) ? LISTED[name]! : null;
  if (rule === null || (rule[1] !== null && around.name !== rule[1])) return null;
  return {
    operator: rule[0],
    isLast: rule[1] !== null && around.elements.filter((element) => element.name === name).length === 1,
  };
}
