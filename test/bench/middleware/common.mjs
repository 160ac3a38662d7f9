// What the applications under test share: an answer of about one kilobyte, and the gateway in front.
import { createGateway } from "@turnpike/core";

export const accounts = Array.from({ length: 18 }, (_, i) => ({ id: `acc-${i}`, balance: i * 100.5, owner: "someone" }));

/** @param kind `none`; `passed`: no API is there for what is asked; `matched`: one API takes everything, its policies are `<base />` only */
export async function gatewayFor(kind) {
  if (kind === "none") return null;
  const inherit = "<policies><inbound><base /></inbound><backend><base /></backend><outbound><base /></outbound></policies>";
  const operations = Object.fromEntries(["GET", "POST"].map((method) => [method, { method, urlTemplate: "/*" }]));
  const path = kind === "matched" ? "" : "elsewhere";
  return createGateway({ apis: { all: { path, subscriptionRequired: false, policy: inherit, operations } } });
}
