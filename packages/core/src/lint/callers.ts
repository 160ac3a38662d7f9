import type { LintElement } from "./document.js";
import { callerKinds, type Origin, type OriginKind } from "./flow/origin.js";
import { OriginFinder, results, textBefore } from "./flow/origins.js";
import type { FlowState } from "./flow/state.js";
import type { Span } from "./span.js";

/** Text of callers in a value. */
export interface CallerText {
  readonly span: Span;
  readonly origins: readonly Origin[];
  /** True where callers decide the host of an address: nothing certain stands before their text but perhaps a scheme. */
  readonly decidesHost: boolean;
}

/** A host stands before, or what is filled in later: a named value, a placeholder. */
const HOST_FIXED = /^\s*(?:[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]+[/?#]|\{)|…|\{)/i;
/** The request's own address: its host is the gateway's, or that of the backend. */
const OWN_ADDRESS = /^context\.Request\.(?:Original)?Url$/;

/** The text of callers that reaches an element's attribute or text; null if there is none. */
export function callerText(
  element: LintElement,
  attribute: string | null,
  state: FlowState,
  kinds = callerKinds,
): CallerText | null {
  const value = attribute === null ? element.text : element.value(attribute);
  const code = value?.code ?? null;
  if (code === null || code.program === null) return null;
  const finder = new OriginFinder(code, state);
  const origins = finder.all().filter(({ kind }) => kinds.has(kind));
  if (origins.length === 0) return null;
  const isOwn = origins.every(({ path }) => OWN_ADDRESS.test(path));
  const decidesHost =
    !isOwn &&
    results(code).some((result) => {
      const before = textBefore(result, finder, kinds);
      return before.decided && !HOST_FIXED.test(before.text);
    });
  return { span: code.whole, origins, decidesHost };
}

/** What a source is called in messages. */
export function nameOf({ kind, key }: Origin): string {
  const name = NAMES[kind];
  return key === null ? name : `${name} ${key}`;
}

const NAMES: Readonly<Record<OriginKind, string>> = {
  header: "the header",
  query: "the query",
  path: "the path",
  body: "the body",
  host: "the host header",
  token: "a token",
  error: "the error",
  user: "the user",
  subscription: "the subscription",
  product: "the product",
  answer: "the answer",
};
