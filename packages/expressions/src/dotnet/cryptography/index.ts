import type { TypeDeclaration } from "../../types/declare.js";
import { certificateTypes } from "./certificate-types.js";
import { hashTypes } from "./hash.js";
import { randomTypes } from "./random.js";
import { rsaTypes } from "./rsa-types.js";
import { symmetricTypes } from "./symmetric-types.js";

/** System.Security.Cryptography and its certificates. */
export const cryptographyTypes: readonly TypeDeclaration[] = [
  ...hashTypes,
  ...symmetricTypes,
  ...rsaTypes,
  ...randomTypes,
  ...certificateTypes,
];

export { X509Certificate2 } from "./certificate.js";
export { type DerExtension, type DerValue, derChildren, derExtensions, derOid, derTime, readDer } from "./der.js";
export { decryptBytes, encryptBytes, SymmetricAlgorithm } from "./symmetric.js";
