/** Something that must not be: what an oracle says of an input. */
export class Finding extends Error {
  /** @param kind `differs`, `slow`, `memory`, `leak`, `internal`, `open`, `injected`, … */
  constructor(kind, message) {
    super(message);
    this.name = "Finding";
    this.kind = kind;
  }
}

/** Fails with a finding unless two values are the same, as JSON shows them. */
export function same(found, expected, what) {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Finding("differs", `${what}: ${shortened(left)} where ${shortened(right)} is expected`);
}

export function holds(condition, kind, message) {
  if (!condition) throw new Finding(kind, message);
}

const shortened = (text) => (text !== undefined && text.length > 300 ? `${text.slice(0, 300)}…` : text);

/** Texts of JavaScript's own failures: where one comes out, something was not foreseen. */
const INTERNAL =
  /Maximum call stack|Cannot read propert|Cannot set propert|is not a function|is not iterable|is not a constructor|Invalid array length|Invalid string length|Cannot convert undefined|Cannot destructure|Assignment to constant|before initialization|heap out of memory|BigInt too big|Cannot mix BigInt/;

/** Fails if a text shows a failure of JavaScript that the input did not bring along. */
export function noInternals(text, input) {
  const found = INTERNAL.exec(text);
  if (found !== null && !input.includes(found[0])) throw new Finding("internal", `an answer shows ${shortened(text)}`);
}

/** By what findings count as the same: kind, words without numbers and quotations, and where it was thrown. */
export function signature(error) {
  const kind = error.kind ?? error.name ?? "thrown";
  const text = `${error.message ?? error}\n${error instanceof Finding ? "" : (error.stack ?? "")}`;
  const place = /at [^\n]*\/packages\/([^\n:]+)/.exec(text)?.[1] ?? "";
  const words = String(error.message ?? error)
    .replace(/"(?:\\.|[^"\\])*"|'[^']*'|`[^`]*`/g, "Q")
    .replace(/\d+/g, "N")
    .slice(0, place === "" ? 80 : 56);
  return `${kind}|${kind === "slow" || kind === "memory" ? "" : words}|${place}`;
}
