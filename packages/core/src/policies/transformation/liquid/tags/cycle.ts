import { raise } from "@turnpike/expressions/values";
import { TemplateError } from "../findings.js";
import { findFragment, fragmentEnd, quotedEnd, runEnd, skipSpaces } from "../fragments.js";
import { meaningOf, type Reader } from "../lookup.js";
import { plainText } from "../numbers.js";
import type { TagReader } from "../parser.js";
import type { Node } from "../rendering.js";

/** `cycle 'a', 'b'` and `cycle 'group': 'a', 'b'`: one value after the other, counted by the group, or else by the values as written. */
export const cycle: TagReader = ({ markup, at }) => {
  const group = groupEnd(markup);
  if (group === null && fragmentEnd(markup, 0) < 0)
    throw new TemplateError("cycle needs values.", at, "Write {% cycle 'a', 'b' %}.");
  const values = valuesOf(group === null ? markup : markup.slice(group.next));
  const key = group === null ? `'${values.map((value) => value ?? "").join("")}'` : markup.slice(0, group.end);
  const readKey = meaningOf(key).read;
  const readers = values.map((value): Reader => meaningOf(value).read);
  return {
    kind: "cycle",
    render(r) {
      const name = textOf(readKey(r));
      const index = r.cycles.get(name) ?? 0;
      const read = readers[index];
      if (read === undefined) throw raise.indexOutOfRange();
      r.write(textOf(read(r)));
      r.run.allocate(1);
      r.cycles.set(name, index + 1 >= readers.length ? 0 : index + 1);
      return undefined;
    },
  };
};

function textOf(value: unknown): string {
  if (value === null || value === undefined) throw raise.nullReference();
  return plainText(value);
}

/** Where the group ends and the values begin; null where there is none. */
function groupEnd(markup: string): { readonly end: number; readonly next: number } | null {
  const quoted = quotedEnd(markup, 0);
  if (quoted >= 0) {
    const colon = skipSpaces(markup, quoted);
    if (markup[colon] === ":") return { end: quoted, next: colon + 1 };
  }
  const run = runEnd(markup, 0);
  const colon = skipSpaces(markup, run);
  if (run > 0 && markup[colon] === ":") return { end: run, next: colon + 1 };
  const within = lastColon(markup, run);
  return within > 0 ? { end: within, next: within + 1 } : null;
}

/** The last colon before `end` that stands in no quoted text; -1 if there is none. */
function lastColon(markup: string, end: number): number {
  let found = -1;
  for (let at = 0; at < end; at++) {
    const quoted = quotedEnd(markup, at);
    if (quoted >= 0) at = quoted - 1;
    else if (markup[at] === ":") found = at;
  }
  return found;
}

/** The list is cut at its commas, in literals too. */
function valuesOf(markup: string): (string | null)[] {
  return markup.split(",").map((part) => findFragment(part)?.text ?? null);
}

/** `ifchanged`: renders when its text is another than the last ifchanged's, whichever that was. */
export const ifChanged: TagReader = (tag, parser) => {
  const nodes: Node[] = [];
  parser.block(tag, nodes);
  return {
    kind: "ifchanged",
    render: (r) =>
      r.within(null, () =>
        r.aside(
          () => r.all(nodes),
          (text) => {
            if (text === r.lastChanged) return;
            r.lastChanged = text;
            r.write(text);
          },
        ),
      ),
  };
};
