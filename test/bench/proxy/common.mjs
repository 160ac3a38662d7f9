// What every proxy under test is told: where the upstream is and by which key tokens are signed.
import { createPublicKey } from "node:crypto";

export const upstream = process.env.UPSTREAM;
export const publicKey = createPublicKey(process.env.PUBLIC_KEY);
/** So high that nothing is ever refused: what is measured is the counting. */
export const LIMIT = 1_000_000;

/** Tells the parent where this proxy listens, and whenever it asks, how much processor time was used so far, in microseconds. */
export function ready(port) {
  process.send({ port });
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send(user + system);
  });
}
