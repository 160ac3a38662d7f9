import type { GatewayModel } from "../model/model.js";
import type { Assumption } from "./options.js";

/** Who called a recorded request, for another configuration: the caller's product is that configuration's own. */
export function callerFor(caller: Assumption, { products }: Pick<GatewayModel, "products">): Assumption {
  return { ...caller, product: caller.product == null ? null : (products.get(caller.product.id) ?? null) };
}

/** Reads an answer that nobody is sent. One that breaks off ends there: whoever compares outcomes sees it. */
export async function readToEnd(body: AsyncIterable<Uint8Array> | Uint8Array | null): Promise<void> {
  if (body === null || body instanceof Uint8Array) return;
  try {
    for await (const chunk of body) void chunk;
  } catch {}
}
