import { toText } from "@turnpike/expressions";
import type { Value } from "../policy/define.js";
import type { Exchange } from "../policy/exchange.js";

/** Text of an element or attribute that may be absent at run time: an expression may give null. */
export interface TextValue {
  /** Undefined if it takes an expression. */
  readonly literal: string | undefined;
  get(exchange: Exchange): string | null;
}

/**
 * The text of an element of type "object", as most elements take it: literals without the blanks around them, values of expressions
 * as text, null as null. An element without text holds the empty text.
 */
export function textValue(text: Value<unknown> | null): TextValue {
  if (text === null || text.literal !== undefined) {
    const literal = text === null ? "" : toText(text.literal).trim();
    return { literal, get: () => literal };
  }
  return {
    literal: undefined,
    get: (exchange) => {
      const value = text.get(exchange);
      return value === null ? null : toText(value);
    },
  };
}

/** The literal text of an element that takes no expression, without the blanks around it. */
export function literalText(text: Value<unknown> | null): string {
  return text === null || text.literal === undefined ? "" : toText(text.literal).trim();
}
