import type { LintRule } from "../rule.js";
import { authorizationOpen } from "./authorization-open.js";
import { backendFromCaller } from "./backend-from-caller.js";
import { bodyConsumed } from "./body-consumed.js";
import { bodyOfGet } from "./body-of-get.js";
import { bodyOnStream } from "./body-on-stream.js";
import { cacheHalf } from "./cache-half.js";
import { cacheInternal } from "./cache-internal.js";
import { cacheSharesIdentity } from "./cache-shares-identity.js";
import { childOrder } from "./child-order.js";
import { claimsBeforeValidation } from "./claims-before-validation.js";
import { constantCondition } from "./constant-condition.js";
import { corsAnyOrigin } from "./cors-any-origin.js";
import { corsNotFirst } from "./cors-not-first.js";
import { deprecatedPolicy } from "./deprecated-policy.js";
import { documentTooLarge } from "./document-too-large.js";
import { duplicateBlock } from "./duplicate-block.js";
import { errorDetail } from "./error-detail.js";
import { expressionNotTaken } from "./expression-not-taken.js";
import { fragmentTooLarge } from "./fragment-too-large.js";
import { hardCodedUrl } from "./hard-coded-url.js";
import { headerFromCaller } from "./header-from-caller.js";
import { jwtNoAudience } from "./jwt-no-audience.js";
import { jwtNoExpiry } from "./jwt-no-expiry.js";
import { jwtNoIssuer } from "./jwt-no-issuer.js";
import { jwtUnsigned } from "./jwt-unsigned.js";
import { jwtWeakKey } from "./jwt-weak-key.js";
import { keyFromCaller } from "./key-from-caller.js";
import { limitAfterCost } from "./limit-after-cost.js";
import { limitWithoutKey } from "./limit-without-key.js";
import { missingBase } from "./missing-base.js";
import { missingForwardRequest } from "./missing-forward-request.js";
import { missingOnError } from "./missing-on-error.js";
import { missingSection } from "./missing-section.js";
import { missingVariable } from "./missing-variable.js";
import { nullMember } from "./null-member.js";
import { objectEquality } from "./object-equality.js";
import { policyInFragment } from "./policy-in-fragment.js";
import { policyInTarget } from "./policy-in-target.js";
import { policyTwice } from "./policy-twice.js";
import { responseTooEarly } from "./response-too-early.js";
import { retryOwnStatus } from "./retry-own-status.js";
import { retryUnsafeMethod } from "./retry-unsafe-method.js";
import { secretLiteral } from "./secret-literal.js";
import { shadowedWhen } from "./shadowed-when.js";
import { sharedCounter } from "./shared-counter.js";
import { slowPattern } from "./slow-pattern.js";
import { statusInInbound } from "./status-in-inbound.js";
import { tlsOff } from "./tls-off.js";
import { unbufferedRetry } from "./unbuffered-retry.js";
import { undocumentedForm } from "./undocumented-form.js";
import { unmatchedProduct } from "./unmatched-product.js";
import { unreachablePolicy } from "./unreachable-policy.js";
import { unsafeCast } from "./unsafe-cast.js";
import { unusedBackend } from "./unused-backend.js";
import { unusedFragment } from "./unused-fragment.js";
import { unusedIgnore } from "./unused-ignore.js";
import { unusedNamedValue } from "./unused-named-value.js";
import { unusedSchema } from "./unused-schema.js";
import { unusedVariable } from "./unused-variable.js";
import { weakHash } from "./weak-hash.js";

/** Every built-in rule. */
export const lintRules: readonly LintRule[] = [
  missingBase,
  missingSection,
  missingForwardRequest,
  missingOnError,
  unreachablePolicy,
  constantCondition,
  shadowedWhen,
  policyTwice,
  policyInFragment,
  policyInTarget,
  childOrder,
  expressionNotTaken,
  deprecatedPolicy,
  undocumentedForm,
  statusInInbound,
  responseTooEarly,
  nullMember,
  missingVariable,
  unsafeCast,
  bodyOfGet,
  bodyConsumed,
  bodyOnStream,
  unbufferedRetry,
  retryUnsafeMethod,
  retryOwnStatus,
  objectEquality,
  jwtNoAudience,
  jwtNoIssuer,
  jwtNoExpiry,
  jwtUnsigned,
  jwtWeakKey,
  claimsBeforeValidation,
  authorizationOpen,
  corsAnyOrigin,
  corsNotFirst,
  secretLiteral,
  headerFromCaller,
  backendFromCaller,
  keyFromCaller,
  sharedCounter,
  limitWithoutKey,
  limitAfterCost,
  cacheSharesIdentity,
  cacheHalf,
  cacheInternal,
  errorDetail,
  weakHash,
  slowPattern,
  tlsOff,
  hardCodedUrl,
  unusedFragment,
  unusedNamedValue,
  unusedBackend,
  unusedSchema,
  unusedVariable,
  duplicateBlock,
  fragmentTooLarge,
  documentTooLarge,
  unmatchedProduct,
  unusedIgnore,
];
