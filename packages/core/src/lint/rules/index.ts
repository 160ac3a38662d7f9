import type { LintRule } from "../rule.js";
import { childOrder } from "./child-order.js";
import { corsAnyOrigin } from "./cors-any-origin.js";
import { deprecatedPolicy } from "./deprecated-policy.js";
import { jwtNoAudience } from "./jwt-no-audience.js";
import { jwtNoExpiry } from "./jwt-no-expiry.js";
import { jwtNoIssuer } from "./jwt-no-issuer.js";
import { jwtUnsigned } from "./jwt-unsigned.js";
import { missingBase } from "./missing-base.js";
import { missingForwardRequest } from "./missing-forward-request.js";
import { missingSection } from "./missing-section.js";
import { objectEquality } from "./object-equality.js";
import { policyInFragment } from "./policy-in-fragment.js";
import { policyTwice } from "./policy-twice.js";
import { unusedIgnore } from "./unused-ignore.js";

/** Every built-in rule. */
export const lintRules: readonly LintRule[] = [
  missingBase,
  missingSection,
  missingForwardRequest,
  policyTwice,
  policyInFragment,
  childOrder,
  deprecatedPolicy,
  objectEquality,
  jwtNoAudience,
  jwtNoIssuer,
  jwtNoExpiry,
  jwtUnsigned,
  corsAnyOrigin,
  unusedIgnore,
];
