import { raise } from "@turnpike/expressions/values";
import { TemplateError } from "../findings.js";
import { attributesOf, type Fragment, loopHead, signatureEnd } from "../fragments.js";
import { checkPath } from "../hints.js";
import { meaningOf } from "../lookup.js";
import { toInt } from "../numbers.js";
import type { TagReader } from "../parser.js";
import type { Node, Rendering, Signal } from "../rendering.js";
import { isEnumerable, itemsOf } from "../values.js";
import { LoopState } from "./loop-state.js";

const OPTIONS = ["cols", "limit", "offset"];

/** `tablerow`: a loop that writes rows and cells of an HTML table. Without `cols` it fails where it stands. */
export const tableRow: TagReader = (tag, parser) => {
  const head = loopHead(tag.markup, signatureEnd);
  if (head === null)
    throw new TemplateError("tablerow needs a variable and a list.", tag.at, "Write {% tablerow item in list cols:2 %}.");
  const attributes = attributesOf(tag.markup);
  const { read: collection, path } = meaningOf(head.collection.text);
  if (path !== null) checkPath(head.collection.text, path, tag.markupAt + head.collection.start, parser.findings);
  const unknown = [...attributes.keys()].find((key) => !OPTIONS.includes(key));
  if (unknown !== undefined)
    parser.findings.add(`tablerow has no option ${unknown}.`, tag.at, `Its options are ${OPTIONS.join(", ")}.`);
  const written = attributes.get("cols");
  if (written === undefined)
    parser.findings.add("tablerow without cols prints an error.", tag.at, "Write cols:2 behind the list.");
  const columns = written === undefined ? null : meaningOf(written.text).read;
  const nodes: Node[] = [];
  parser.block(tag, nodes);

  const rows = (items: readonly unknown[], cols: number, variables: Map<string, unknown>, r: Rendering): Signal => {
    let [row, col] = [1, 0];
    for (const [index, item] of items.entries()) {
      r.run.step();
      variables.set(head.variable, item ?? null);
      variables.set("tablerowloop", new LoopState(index, items.length, "", { index: col, isLast: col === cols - 1 }));
      col++;
      const signal = r.aside(
        () => r.all(nodes),
        (cell) => r.write(`<td class="col${col}">${cell}</td>`),
      );
      if (signal !== undefined) return signal;
      if (col === cols && index !== items.length - 1) {
        col = 0;
        r.write(`</tr>\n<tr class="row${++row}">`);
      }
    }
    return undefined;
  };

  return {
    kind: "tablerow",
    render(r) {
      const value = collection(r);
      if (!isEnumerable(value)) return undefined;
      const skipped = optionOf(attributes.get("offset"), r) ?? 0;
      const most = optionOf(attributes.get("limit"), r) ?? Number.POSITIVE_INFINITY;
      const items = part(value, skipped, most, r);
      if (columns === null) throw raise.keyNotFound();
      const cols = toInt(r.site, columns(r));
      r.write('<tr class="row1">\n');
      const variables = new Map<string, unknown>();
      const signal = r.within(variables, () => rows(items, cols, variables, r));
      if (signal === undefined) r.write("</tr>\n");
      return signal;
    },
  };
};

/** Of limit and offset the engine takes the text itself, so that they are numbers and no paths. */
function optionOf(written: Fragment | undefined, r: Rendering): number | null {
  return written === undefined ? null : toInt(r.site, written.text);
}

function part(value: unknown, from: number, most: number, r: Rendering): unknown[] {
  const items: unknown[] = [];
  let index = 0;
  for (const item of itemsOf(value, r)) {
    if (items.length >= most) break;
    if (index++ < from) continue;
    r.run.allocate(1);
    items.push(item);
  }
  return items;
}
