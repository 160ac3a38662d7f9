// What every proxy under test is told: where the upstream is and by which key tokens are signed.
import { createPublicKey } from "node:crypto";

export const upstream = process.env.UPSTREAM;
export const publicKey = createPublicKey(process.env.PUBLIC_KEY);
/** So high that nothing is ever refused: what is measured is the counting. */
export const LIMIT = 1_000_000;
