import type { OutgoingRequest } from "../../http/transport.js";
import { Url } from "../../http/url.js";
import { expressionError } from "../../policy/declared-error.js";
import type { BoundElement } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { text } from "../../policy/schema.js";

/** The attributes of proxy, as a policy and as a child of others. */
export const proxyAttributes = {
  url: text({ required: true, expressions: true, notes: "The proxy's address, as http://host:port." }),
  username: text({ expressions: true, notes: "The user at the proxy." }),
  password: text({ expressions: true, notes: "The user's password at the proxy." }),
};

/** A proxy has no address. */
export const proxyInvalid = expressionError("an expression gives a url that is none", "'{text}' is not the address of a proxy.");

/** The proxy that a proxy element names. */
export function proxyAddress(
  element: BoundElement<typeof proxyAttributes>,
): (exchange: Exchange) => NonNullable<OutgoingRequest["proxy"]> {
  const { url, username, password } = element.attributes;
  return (exchange) => {
    const address = url.get(exchange).trim();
    if (Url.parse(address) === null) throw proxyInvalid.error({ text: address });
    return {
      url: address,
      ...(username === null ? {} : { username: username.get(exchange) }),
      ...(password === null ? {} : { password: password.get(exchange) }),
    };
  };
}
