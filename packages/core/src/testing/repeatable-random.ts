import type { Runtime } from "../policy/services.js";

/** Chance of a test: the same values in every run. Bytes are those of a generator for tests (mulberry32), and nothing to keep secrets with. */
export function repeatableRandom(): Runtime["random"] {
  let state = 0x9e37_79b9;
  const word = (): number => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  let fraction = 0;
  return {
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += 4) {
        const value = word();
        for (let i = at; i < Math.min(at + 4, length); i++) bytes[i] = value >>> ((i - at) * 8);
      }
      return bytes;
    },
    // A spread over [0, 1): the fractional parts of multiples of the golden ratio.
    fraction: () => (fraction = (fraction + 0.618_033_988_749_895) % 1),
  };
}
