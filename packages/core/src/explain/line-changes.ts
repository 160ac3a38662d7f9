/** A line that only one of two lists has. */
export interface LineChange<T> {
  readonly change: "removed" | "added";
  readonly value: T;
}

/** Beyond so many pairs of lines to compare, all that lies between what is alike at the start and the end counts as changed. */
const MOST_PAIRS = 4_000_000;

/**
 * The shortest way from one list to another, in the order of reading: lines that went, lines that came. Lines are alike if their `content`
 * is.
 */
export function lineChanges<T extends { readonly content: string; readonly policy: unknown }>(
  before: readonly T[],
  after: readonly T[],
): LineChange<T["policy"]>[] {
  let start = 0;
  while (start < before.length && before[start]?.content === after[start]?.content) start++;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end)!.content === after.at(-1 - end)!.content)
    end++;
  const old = before.slice(start, before.length - end);
  const now = after.slice(start, after.length - end);
  const removed = (line: T): LineChange<T["policy"]> => ({ change: "removed", value: line.policy });
  const added = (line: T): LineChange<T["policy"]> => ({ change: "added", value: line.policy });
  if (old.length * now.length > MOST_PAIRS) return [...old.map(removed), ...now.map(added)];
  const common = commonLengths(old, now);
  const changes: LineChange<T["policy"]>[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i]!.content === now[j]!.content) {
      i++;
      j++;
    } else if (j >= now.length || (i < old.length && common[i + 1]![j]! >= common[i]![j + 1]!)) changes.push(removed(old[i++]!));
    else changes.push(added(now[j++]!));
  }
  return changes;
}

/** How many lines the rests of both lists from `[i][j]` on have in common, in order. */
function commonLengths(old: readonly { content: string }[], now: readonly { content: string }[]): Uint32Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      lengths[i]![j] =
        old[i]!.content === now[j]!.content ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  return lengths;
}
