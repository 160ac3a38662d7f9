import { allScopes, definePolicy } from "../../pipeline/policy.js";
import { certificateAttributes, clientCertificate } from "./credentials.js";

/** Presents a client certificate to the backend. What the reference leaves open is said at `clientCertificate`. */
export const authenticationCertificate = definePolicy({
  name: "authentication-certificate",
  category: "authentication",
  summary: "Presents a client certificate to the backend.",
  sections: ["inbound"],
  scopes: allScopes,
  attributes: certificateAttributes,
  children: {},
  compile(element, compiler) {
    const certificate = clientCertificate(element, compiler);
    return (exchange) => {
      exchange.upstream = { ...exchange.upstream, tls: { ...exchange.upstream.tls, ...certificate(exchange) } };
      return "continue";
    };
  },
});
