// What the applications under test share: an answer of about one kilobyte, and the gateway in front.
import { createGateway } from "@turnpike/core";

export const accounts = Array.from({ length: 18 }, (_, i) => ({ id: `acc-${i}`, balance: i * 100.5, owner: "someone" }));

/**
 * @param kind `none`; `passed`: no API is there for what is asked; `matched`: one API takes everything, its policies are `<base />` only; `seen`:
 *   one of them sets a header of the response
 */
export async function gatewayFor(kind) {
  if (kind === "none") return null;
  const header = '<set-header name="X-Seen" exists-action="override"><value>yes</value></set-header>';
  const outbound = `<base />${kind === "seen" ? header : ""}`;
  const policy = `<policies><inbound><base /></inbound><backend><base /></backend><outbound>${outbound}</outbound></policies>`;
  const operations = Object.fromEntries(["GET", "POST"].map((method) => [method, { method, urlTemplate: "/*" }]));
  const path = kind === "passed" ? "elsewhere" : "";
  return createGateway({ apis: { all: { path, subscriptionRequired: false, policy, operations } } });
}
