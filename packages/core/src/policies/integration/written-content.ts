import { MessageBody } from "../../http/body.js";
import { Headers } from "../../http/headers.js";
import type { BoundElement, PolicyCompiler } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { LiteralValue } from "../../policy/value.js";
import { type Message, withBytes } from "../messages.js";
import { compileBodyChange } from "../transformation/body-change.js";

/**
 * Compiles what an element holds for a message of its own: a literal, an expression, or a Liquid template of the current message. The
 * current message stays as it is.
 */
export function writtenContent(
  element: Pick<BoundElement, "name" | "text" | "raw" | "place" | "path" | "placeOf">,
  compiler: PolicyCompiler,
  current: (exchange: Exchange) => Message,
  isLiquid: boolean,
): (exchange: Exchange) => Promise<Uint8Array> {
  const change = compileBodyChange(
    {
      ...element,
      attributes: {
        template: isLiquid ? new LiteralValue("liquid", "liquid") : null,
        "xsi-nil": new LiteralValue("blank", "blank"),
        "parse-date": new LiteralValue(true, "true"),
        "html-decode-expression": null,
      },
      children: { value: [] },
      policies: null,
      branches: [],
      elements: [],
    },
    compiler,
  );
  return async (exchange) => {
    const { headers, body } = current(exchange);
    const bytes = isLiquid ? await withBytes(exchange, body, (read) => read) : null;
    const scratch: Message = {
      headers: new Headers(isLiquid ? headers : []),
      body: new MessageBody(bytes),
    };
    await change(exchange, scratch);
    return scratch.body.bytes ?? new Uint8Array(0);
  };
}
