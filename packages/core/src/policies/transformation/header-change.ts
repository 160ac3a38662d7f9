import type { Headers } from "../../http/headers.js";
import { isSecretHeader, noteReplaced } from "../../policy/caller-secrets.js";
import { type DocumentedError, expressionError } from "../../policy/declared-error.js";
import type { BoundElement, PolicyCompiler } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { child, many, oneOf, text, valueChild } from "../../policy/schema.js";
import { textValue } from "../text.js";
import { transformationProblems } from "./problems.js";

/** What `exists-action` may say, for headers and query parameters alike. */
export const existsActions = ["override", "skip", "append", "delete"] as const;

/** The attributes of set-header, as a policy and as a child of others. */
export const headerAttributes = {
  name: text({ required: true, expressions: true, notes: "The header's name; case does not matter." }),
  "exists-action": oneOf(existsActions, {
    default: "override",
    expressions: true,
    notes: "What happens if the header is there: override it, skip the change, append to it, or delete it.",
  }),
};

/** The children of set-header. */
export const headerChildren = {
  value: valueChild({
    max: many,
    notes: "One value; repeat the element for more. Not needed for delete.",
  }),
};

/** set-header as a child of policies that build a message. */
export const headerChild = child({
  max: many,
  attributes: headerAttributes,
  children: headerChildren,
  notes: "Changes a header of the message that is built here, as the policy set-header does; applied in document order.",
});

const nameInvalid = expressionError("an expression gives a name that no header can have", "'{name}' is not a valid header name.");

const valueInvalid = expressionError(
  "an expression gives a value with line breaks, control characters or characters beyond Latin-1",
  "The value of header {name} holds characters that a header cannot hold.",
);

/** How set-header fails. */
export const headerErrors: readonly DocumentedError[] = [nameInvalid, valueInvalid];

/** Changes headers of a message. */
export type HeaderChange = (exchange: Exchange, headers: Headers) => void;

type HeaderElement = BoundElement<typeof headerAttributes, typeof headerChildren>;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const UNSAFE = /[\0-\x08\x0a-\x1f\x7f]|[^\0-\xff]/;
const PROTECTED = new Set(["connection", "content-length", "keep-alive", "transfer-encoding"]);

/**
 * Compiles a set-header element. Values that an expression gives as null are left out; override or append without any value removes
 * the header or leaves it as it is. Headers that belong to the connection cannot be changed: tries are ignored, with a warning at
 * load time or in the trace. Line breaks and other control characters are refused.
 */
export function compileHeaderChange(
  element: HeaderElement,
  compiler: PolicyCompiler,
  message: "request" | "response",
): HeaderChange {
  const name = element.attributes.name;
  const action = element.attributes["exists-action"];
  const values = element.children.value.map((value) => ({ text: textValue(value.text), place: value.place }));
  for (const { text, place } of values)
    if (text.literal !== undefined && UNSAFE.test(text.literal))
      compiler.report(transformationProblems.headerValueInvalid(), place);
  if (name.literal !== undefined) {
    if (!TOKEN.test(name.literal.trim())) compiler.report(transformationProblems.headerNameInvalid(name.literal));
    else if (isProtected(name.literal.trim(), action.literal, message))
      compiler.report(
        transformationProblems.headerProtected(name.literal.trim(), action.literal === "delete" ? "removed" : "changed"),
      );
  }

  // What is written in the document is looked at once.
  const fixed = name.literal?.trim();
  const isFixedSecret = fixed === undefined ? undefined : isSecretHeader(fixed);
  const isFixedProtected =
    fixed === undefined || action.literal === undefined ? undefined : isProtected(fixed, action.literal, message);
  const given = (exchange: Exchange): string => {
    const header = name.get(exchange).trim();
    if (!TOKEN.test(header)) throw nameInvalid.error({ name: header });
    return header;
  };
  return (exchange, headers) => {
    const header = fixed ?? given(exchange);
    const wanted = action.get(exchange);
    if (isFixedProtected ?? isProtected(header, wanted, message)) {
      exchange.observer?.message("set-header", exchange.section, `The header ${header} cannot be changed and was left as it is.`);
      return;
    }
    if (headers === exchange.request.headers && (isFixedSecret ?? isSecretHeader(header))) noteReplaced(exchange, header);
    if (wanted === "delete") headers.delete(header);
    else if (wanted !== "skip" || !headers.has(header)) {
      const texts: string[] = [];
      for (const { text } of values) {
        const value = text.get(exchange);
        if (value === null) continue;
        if (text.literal === undefined && UNSAFE.test(value)) throw valueInvalid.error({ name: header });
        texts.push(value);
      }
      if (wanted === "append") for (const line of texts) headers.append(header, line);
      else headers.set(header, ...texts);
    }
  };
}

function isProtected(name: string, action: string | undefined, message: "request" | "response"): boolean {
  const lower = name.toLowerCase();
  return PROTECTED.has(lower) || (lower === "server" && action === "delete" && message === "response");
}
