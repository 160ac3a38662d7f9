import { definePolicy } from "../../policy/define.js";
import { allScopes } from "../../policy/sections.js";
import { certificateAttributes, certificateErrors, clientCertificate } from "./credentials.js";

/** The policy authentication-certificate. */
export const authenticationCertificate = definePolicy({
  name: "authentication-certificate",
  category: "authentication",
  summary: "Presents a client certificate to the backend.",
  remarks: ["Presents a client certificate to the backend."],
  readings: [
    "a certificate that is not there (CertificateNotFound), and a body that cannot be opened with its password (CertificateInvalid), are a 500 before the backend is called",
    "body may be base64 text as well as bytes",
  ],
  sections: ["inbound"],
  scopes: allScopes,
  attributes: certificateAttributes,
  children: {},
  errors: certificateErrors,
  compile(element, compiler) {
    const certificate = clientCertificate(element, compiler);
    return (exchange) => {
      exchange.upstream = { ...exchange.upstream, tls: { ...exchange.upstream.tls, ...certificate(exchange) } };
      return "continue";
    };
  },
});
