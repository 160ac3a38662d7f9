import type { TypeDeclaration } from "../../types/declare.js";
import { addressFamilyType, ipAddressType } from "./ip-address.js";
import { uriBuilderType } from "./uri-builder.js";
import { uriTypes } from "./uri-type.js";
import { webUtilityType } from "./web-utility.js";

/** System.Uri and System.Net. */
export const netTypes: readonly TypeDeclaration[] = [
  ...uriTypes,
  uriBuilderType,
  webUtilityType,
  ipAddressType,
  addressFamilyType,
];

export { IPAddress, parseIPAddress } from "./ip-address.js";
export { Uri, UriKind } from "./uri.js";
export { escapeData, unescapeData } from "./uri-escape.js";
export { urlDecode, urlEncode } from "./web-utility.js";
