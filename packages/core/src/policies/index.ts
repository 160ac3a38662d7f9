import type { PolicyDefinition } from "../pipeline/policy.js";
import { base } from "./control-flow/base.js";
import { includeFragment } from "./control-flow/include-fragment.js";
import { forwardRequest } from "./routing/forward-request.js";
import { setBody } from "./transformation/set-body.js";
import { setHeader } from "./transformation/set-header.js";
import { setMethod } from "./transformation/set-method.js";
import { setQueryParameter } from "./transformation/set-query-parameter.js";
import { setStatus } from "./transformation/set-status.js";
import { setVariable } from "./transformation/set-variable.js";

/** The policies that come with Turnpike, by element name. */
export const builtinPolicies: readonly PolicyDefinition[] = [
  base,
  includeFragment,
  forwardRequest,
  setBody,
  setHeader,
  setMethod,
  setQueryParameter,
  setStatus,
  setVariable,
];
