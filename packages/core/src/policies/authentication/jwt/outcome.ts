import { jwtOf } from "../../../context/jwt.js";
import type { BoundElement } from "../../../policy/define.js";
import type { Exchange } from "../../../policy/exchange.js";
import type { Flow } from "../../../policy/flow.js";
import { integer, text } from "../../../policy/schema.js";
import { TokenRefusal } from "./failures.js";
import type { VerifiedToken } from "./token.js";

/** The attributes that say what comes of a check. */
export const outputAttributes = {
  "failed-validation-httpcode": integer({
    default: 401,
    expressions: true,
    min: 100,
    max: 999,
    notes: "The status when validation fails.",
  }),
  "failed-validation-error-message": text({ expressions: true, notes: "The message for the caller when validation fails." }),
  "output-token-variable-name": text({ notes: "Variable that receives the token once it has passed every check." }),
};

/** A check under way: the verified token, now or later, and what its claims must be. */
export interface TokenCheck {
  readonly verified: VerifiedToken | Promise<VerifiedToken>;
  check(token: VerifiedToken): void;
}

/** Runs a check and turns its outcome into the variable, or into the policy's refusal. */
export function conclude(
  element: BoundElement<typeof outputAttributes>,
  exchange: Exchange,
  start: () => TokenCheck,
): Flow | Promise<Flow> {
  const {
    "failed-validation-httpcode": status,
    "failed-validation-error-message": message,
    "output-token-variable-name": variable,
  } = element.attributes;
  const refuse = (error: unknown): unknown =>
    error instanceof TokenRefusal ? error.toPolicyError(status.get(exchange), message?.get(exchange) ?? null) : error;
  const finish = (token: VerifiedToken, check: TokenCheck): Flow => {
    try {
      check.check(token);
    } catch (error) {
      throw refuse(error);
    }
    if (variable !== null) exchange.variables.set(variable.literal!, jwtOf(token.header, token.payload));
    return "continue";
  };
  let check: TokenCheck;
  try {
    check = start();
  } catch (error) {
    throw refuse(error);
  }
  const { verified } = check;
  if (!(verified instanceof Promise)) return finish(verified, check);
  return verified.then(
    (token) => finish(token, check),
    (error: unknown) => {
      throw refuse(error);
    },
  );
}
