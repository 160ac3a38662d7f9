/**
 * Cuts an input down to what still makes the same finding.
 * @param isSame does an input still do?
 * @param most tries
 */
export async function minimise(bytes, isSame, most = 400) {
  let left = most;
  let best = bytes;
  for (let size = Math.ceil(best.length / 2); size >= 1 && left > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < best.length && left > 0; ) {
      const shorter = Buffer.concat([best.subarray(0, from), best.subarray(from + size)]);
      left--;
      if (await isSame(shorter)) best = shorter;
      else from += size;
    }
  }
  return best;
}
