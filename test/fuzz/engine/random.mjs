/** A source of chance that a seed repeats (xorshift, 32 bits). */
export function randomSource(seed) {
  let state = seed >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return {
    /** A whole number below `end`. */
    below: (end) => next() % end,
    /** True in one of `times` cases. */
    oneIn: (times) => next() % times === 0,
    /** One of a list. */
    pick: (list) => list[next() % list.length],
  };
}
