import { HEADER_NAMES } from "../diagnostics/secret-places.js";
import type { Exchange } from "./exchange.js";
import { PerRequest } from "./per-request.js";

/** Headers whose values are secrets. */
const SECRET_HEADER = new RegExp(
  `^(?:(?:proxy-)?authorization|(?:set-)?cookie|apim-debug-authorization|${HEADER_NAMES}|.*(?:token|secret|passw(?:or)?d|[-_]key|apikey))$`,
  "i",
);
/** Values of one request that are remembered: a loop must not keep them without end. */
const MOST_VALUES = 20;

const replaced = new PerRequest<(readonly [name: string, value: string])[]>();

/** Is a header's value a secret, by what it is called? */
export function isSecretHeader(name: string): boolean {
  return SECRET_HEADER.test(name);
}

/** Remembers the secret that a header of the request holds before a policy puts another there: logs must not show it either. */
export function noteReplaced(exchange: Exchange, name: string): void {
  for (const value of exchange.request.headers.getAll(name)) {
    const known = replaced.getOrMake(exchange, () => []);
    if (known.length < MOST_VALUES) known.push([name, value]);
  }
}

/** Headers that held secrets and hold something else now. */
export function replacedSecrets(exchange: Exchange): readonly (readonly [name: string, value: string])[] {
  return replaced.get(exchange) ?? NONE;
}

const NONE: readonly (readonly [string, string])[] = [];
