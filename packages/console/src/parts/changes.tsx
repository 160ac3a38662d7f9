import type { TracedChange } from "@turnpike/core";

/** Texts longer than this are not compared line by line. */
const MOST_LINES = 400;

/** What a policy made another of, as it was and as it is. */
export function Changes({ changes }: { readonly changes: readonly TracedChange[] }) {
  return (
    <ul class="changes">
      {changes.map((change, index) => (
        <li key={index}>
          <span class="muted">{[change.what.replace("-", " "), change.name].filter(Boolean).join(" ")}</span>
          <Diff before={change.before} after={change.after} />
        </li>
      ))}
    </ul>
  );
}

/** Two texts, line by line where they have several. */
export function Diff({ before, after }: { readonly before: string | null; readonly after: string | null }) {
  const lines = lineDiff(before === null ? [] : before.split("\n"), after === null ? [] : after.split("\n"));
  return (
    <pre class="diff">
      {lines.map(({ mark, text }, index) =>
        mark === "-" ? (
          <del key={index}>
            {text}
            {"\n"}
          </del>
        ) : mark === "+" ? (
          <ins key={index}>
            {text}
            {"\n"}
          </ins>
        ) : (
          <span key={index}>
            {text}
            {"\n"}
          </span>
        ),
      )}
    </pre>
  );
}

interface Line {
  readonly mark: "-" | "+" | " ";
  readonly text: string;
}

/** The longest common lines stay; the others go and come. */
export function lineDiff(before: readonly string[], after: readonly string[]): Line[] {
  const line = (mark: Line["mark"]) => (text: string) => ({ mark, text });
  if (before.length > MOST_LINES || after.length > MOST_LINES) return [...before.map(line("-")), ...after.map(line("+"))];
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      lengths[i]![j] = before[i] === after[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ mark: " ", text: before[i++]! });
      j++;
    } else if (j >= after.length || (i < before.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!))
      lines.push({ mark: "-", text: before[i++]! });
    else lines.push({ mark: "+", text: after[j++]! });
  }
  return lines;
}
