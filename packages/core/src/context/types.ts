import type { TypeDeclaration } from "@turnpike/expressions";
import { authorizationType } from "./authorization.js";
import { basicType } from "./basic.js";
import { contextOwnTypes } from "./context.js";
import { entityTypes } from "./entity-types.js";
import { extensionsType } from "./extensions.js";
import { jwtType } from "./jwt.js";
import { bodyType } from "./message-body.js";
import { requestTypes } from "./request.js";
import { responseType } from "./response.js";
import { urlType } from "./url.js";

/** The types of everything that `context` leads to, and the gateway's extension methods. Always this array: scopes are kept by it. */
export const contextTypes: readonly TypeDeclaration[] = [
  ...contextOwnTypes,
  urlType,
  bodyType,
  ...requestTypes,
  responseType,
  ...entityTypes,
  jwtType,
  basicType,
  authorizationType,
  extensionsType,
];

/** What an expression finds in scope, and its type. */
export const contextGlobals = { context: "IProxyContext" } as const;
