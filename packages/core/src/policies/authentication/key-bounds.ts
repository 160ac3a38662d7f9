import type { KeyObject } from "node:crypto";

/** Bits of the largest RSA modulus that is computed with: what a signature costs grows with its square, what opening a key costs with its cube. */
export const MOST_MODULUS_BITS = 8192;
/** Bits of the largest public exponent: what a signature costs grows with it. Usual ones have 17. */
export const MOST_EXPONENT_BITS = 64;

/**
 * Is a key small enough to be computed with while strangers wait? Keys of curves are: the platform has no large ones. To be asked before a key
 * is used for the first time, for strangers send as many signatures as they like.
 */
export function isBounded({ asymmetricKeyDetails: details }: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = details ?? {};
  return modulusLength <= MOST_MODULUS_BITS && publicExponent < 1n << BigInt(MOST_EXPONENT_BITS);
}
