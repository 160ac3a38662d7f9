/**
 * The candidate nearest to a misspelt name, if near enough to be meant; null otherwise.
 * @param most how many letters may differ: at most a third of the name's, and in names of one or two letters only their case
 */
export function nearestName(
  name: string,
  candidates: Iterable<string>,
  most: number = name.length < 3 ? 0.5 : Math.floor(name.length / 3),
): string | null {
  let best: string | null = null;
  let least = most + 0.5;
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) > most) continue;
    const isSame = candidate.toLowerCase() === name.toLowerCase();
    const distance = isSame ? 0.5 : editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into another. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, beforeLast[j - 2]! + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
