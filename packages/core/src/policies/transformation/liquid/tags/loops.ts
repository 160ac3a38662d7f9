import { TemplateError } from "../findings.js";
import { attributesOf, loopHead, runEnd, skipSpaces } from "../fragments.js";
import { checkPath } from "../hints.js";
import { meaningOf, type Reader } from "../lookup.js";
import { toInt } from "../numbers.js";
import { hasPipe } from "../output.js";
import type { Tag, TagReader, TemplateParser } from "../parser.js";
import type { Node, Rendering, Signal } from "../rendering.js";
import { countOf, Hash, isEnumerable, itemsOf, Pair } from "../values.js";
import { LoopState } from "./loop-state.js";

interface Loop {
  readonly variable: string;
  /** `variable-collection`: what `offset:continue` goes by. */
  readonly name: string;
  readonly collection: Reader;
  readonly isReversed: boolean;
  readonly limit: Reader | null;
  readonly offset: Reader | "continue" | null;
}

function readLoop(tag: Tag, parser: TemplateParser): Loop {
  const { markup, markupAt, at } = tag;
  const head = loopHead(markup, runEnd);
  if (head === null)
    throw new TemplateError(`${tag.name} needs a variable and a list.`, at, `Write {% ${tag.name} item in list %}.`);
  const { variable, collection } = head;
  const tail = skipSpaces(markup, head.end);
  const isReversed = markup.startsWith("reversed", tail);
  const attributes = attributesOf(markup);
  warnOfTail(markup.slice(isReversed ? tail + 8 : tail), tag, parser);
  const { read, path } = meaningOf(collection.text);
  if (path !== null) checkPath(collection.text, path, markupAt + collection.start, parser.findings);
  const [limit, offset] = [attributes.get("limit"), attributes.get("offset")];
  return {
    variable,
    name: `${variable}-${collection.text}`,
    collection: read,
    isReversed,
    limit: limit === undefined ? null : meaningOf(limit.text).read,
    offset: offset === undefined ? null : offset.text === "continue" ? "continue" : meaningOf(offset.text).read,
  };
}

/** Warns of what follows the list and has no effect. */
function warnOfTail(tail: string, { name, at }: Tag, { findings }: TemplateParser): void {
  if (hasPipe(tail)) findings.add(`Filters have no effect in ${name}.`, at, "Assign the filtered list to a name first.");
  if (/\breversed\b/.test(tail)) findings.add("reversed is passed over here.", at, "It must stand directly behind the list.");
  const other = [...attributesOf(tail).keys()].find((key) => key !== "limit" && key !== "offset");
  if (other !== undefined)
    findings.add(`${name} has no option ${other}: it is passed over.`, at, "Its options are limit and offset.");
}

/** The items that the loop runs over; null if there are none. */
function segmentOf(loop: Loop, r: Rendering): unknown[] | null {
  const collection = loop.collection(r);
  if (!isEnumerable(collection)) return null;
  const from =
    loop.offset === null ? 0 : loop.offset === "continue" ? (r.loopEnds.get(loop.name) ?? 0) : toInt(r.site, loop.offset(r));
  const to = loop.limit === null ? countOf(collection) : toInt(r.site, loop.limit(r)) + from;
  const segment: unknown[] = [];
  let index = 0;
  for (const item of itemsOf(collection, r)) {
    if (to <= index) break;
    if (from <= index) {
      r.run.allocate(1);
      segment.push(item);
    }
    index++;
  }
  if (segment.length === 0) return null;
  r.run.allocate(1);
  r.loopEnds.set(loop.name, from + segment.length);
  return loop.isReversed ? segment.reverse() : segment;
}

/**
 * The loop's variable for an item. Of an object's members only those that are objects set it, to that object with the member's name in
 * it; others leave it as it was: the engine's own rule.
 */
function setItem(variables: Map<string, unknown>, name: string, item: unknown, r: Rendering): void {
  if (!(item instanceof Pair) || !item.isMember) variables.set(name, item ?? null);
  else if (item.value instanceof Hash) {
    nameMembers(item.value, item.key, r);
    variables.set(name, item.value);
  }
}

function nameMembers(hash: Hash, name: string, r: Rendering): void {
  r.run.step();
  r.run.allocate(1);
  hash.members.set("itemName", name);
  for (const [key, value] of hash.members) if (value instanceof Hash) nameMembers(value, key, r);
}

const loopTag =
  (separator: string): TagReader =>
  (tag, parser) => {
    const loop = readLoop(tag, parser);
    const nodes: Node[] = [];
    parser.block(tag, nodes);
    const run = (segment: readonly unknown[], variables: Map<string, unknown>, r: Rendering): Signal => {
      for (const [index, item] of segment.entries()) {
        r.run.step();
        if (index > 0 && separator !== "") r.write(separator);
        setItem(variables, loop.variable, item, r);
        variables.set("forloop", new LoopState(index, segment.length, loop.name, null));
        if (r.all(nodes) === "break") break;
      }
      return undefined;
    };
    return {
      kind: tag.name,
      render(r) {
        const segment = segmentOf(loop, r);
        if (segment === null) return undefined;
        const variables = new Map<string, unknown>();
        return r.within(variables, () => run(segment, variables, r));
      },
    };
  };

/** The tag `for`. */
export const forTag = loopTag("");

/** The gateway's own: a loop with a comma between what its items render. */
export const jsonArrayFor = loopTag(",");

/** The tag `break`. */
export const breakTag: TagReader = () => ({ kind: "break", render: () => "break" });
/** The tag `continue`. */
export const continueTag: TagReader = () => ({ kind: "continue", render: () => "continue" });
