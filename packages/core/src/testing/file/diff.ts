/** Longer texts are not compared line by line. */
const MOST_LINES = 400;

/**
 * The lines in which two texts differ, `-` before those that were expected and `+` before those that came; a few that are the same around
 * them. Undefined where one line says it all.
 */
export function lineDiff(expected: string, got: string): string | undefined {
  const a = expected.split("\n");
  const b = got.split("\n");
  if ((a.length < 2 && b.length < 2) || a.length > MOST_LINES || b.length > MOST_LINES) return undefined;
  const rows = changes(a, b);
  const isNear = (at: number): boolean => rows.slice(Math.max(0, at - 2), at + 3).some(([mark]) => mark !== " ");
  return rows.flatMap(([mark, text], at) => (isNear(at) ? [`${mark} ${text}`] : [])).join("\n");
}

/** By the longest common subsequence. */
function changes(a: readonly string[], b: readonly string[]): [mark: " " | "-" | "+", text: string][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i]![j] = a[i] === b[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  const rows: [" " | "-" | "+", string][] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      rows.push([" ", a[i]!]);
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) rows.push(["-", a[i++]!]);
    else rows.push(["+", b[j++]!]);
  }
  return rows;
}
