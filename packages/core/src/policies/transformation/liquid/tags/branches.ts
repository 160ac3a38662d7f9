import { type Condition, readCondition } from "../condition.js";
import { TemplateError } from "../findings.js";
import { findFragment, fragmentEnd, skipSpaces } from "../fragments.js";
import { checkPath } from "../hints.js";
import { meaningOf, type Reader } from "../lookup.js";
import { equals } from "../operators.js";
import { hasPipe } from "../output.js";
import type { Tag, TagReader, TemplateParser } from "../parser.js";
import type { Node, Rendering, Signal } from "../rendering.js";

interface Branch {
  readonly holds: Condition;
  readonly nodes: Node[];
}

const always: Condition = () => true;

const ifOrUnless =
  (isUnless: boolean): TagReader =>
  (tag, parser) => {
    const branches: Branch[] = [];
    const open = (holds: Condition): Node[] => {
      const nodes: Node[] = [];
      branches.push({ holds, nodes });
      return nodes;
    };
    const condition = readCondition(tag.markup, tag.markupAt, parser.findings);
    const first = open(isUnless ? (r) => !condition(r) : condition);
    parser.block(tag, first, (section) => {
      switch (section.name) {
        case "elsif":
        case "elseif":
          return open(readCondition(section.markup, section.markupAt, parser.findings));
        case "else":
          checkElse(section, branches, parser);
          return open(always);
        default:
          return null;
      }
    });
    const choose = (r: Rendering): Signal => {
      for (const { holds, nodes } of branches) if (holds(r)) return r.all(nodes);
      return undefined;
    };
    return { kind: tag.name, render: (r) => r.within(null, () => choose(r)) };
  };

function checkElse({ markup, at }: Tag, branches: readonly Branch[], { findings }: TemplateParser): void {
  if (markup.trim() !== "") findings.add(`What follows else is passed over: ${markup.trim()}.`, at, "Did you mean elsif?");
  if (branches.some(({ holds }) => holds === always)) findings.add("A second else is never rendered.", at);
}

/** The tag `if`. */
export const ifTag = ifOrUnless(false);
/** The tag `unless`. */
export const unlessTag = ifOrUnless(true);

/** `case`: renders every `when` that has the value, and an `else` if none did so far. Text before the first of them is dropped. */
export const caseTag: TagReader = (tag, parser) => {
  const subject = findFragment(tag.markup);
  if (subject === null) throw new TemplateError("case needs a value.", tag.at, "Write {% case value %}.");
  if (hasPipe(tag.markup))
    parser.findings.add("Filters have no effect in case.", tag.at, "Assign the filtered value to a name first.");
  const read = readerOf(subject.text, tag.markupAt + subject.start, parser);
  const parts: { readonly value: Reader | null; readonly nodes: Node[] }[] = [];
  parser.block(tag, [], (section) => {
    const nodes: Node[] = [];
    if (section.name === "when") for (const value of whenValues(section, parser)) parts.push({ value, nodes });
    else if (section.name === "else") {
      if (section.markup.trim() !== "") throw new TemplateError("else of case takes no value.", section.at, "Did you mean when?");
      parts.push({ value: null, nodes });
    } else return null;
    return nodes;
  });
  const choose = (r: Rendering): Signal => {
    let isMatched = false;
    for (const { value, nodes } of parts) {
      if (value === null ? isMatched : !equals(read(r) ?? null, value(r) ?? null, r)) continue;
      if (value !== null) isMatched = true;
      const signal = r.all(nodes);
      if (signal !== undefined) return signal;
    }
    return undefined;
  };
  return { kind: "case", render: (r) => r.within(null, () => choose(r)) };
};

function readerOf(fragment: string, at: number, parser: TemplateParser): Reader {
  const { read, path } = meaningOf(fragment);
  if (path !== null) checkPath(fragment, path, at, parser.findings);
  return read;
}

/** The values of a `when`, joined by `or` or commas. */
function whenValues({ markup, at, markupAt }: Tag, parser: TemplateParser): Reader[] {
  const values: Reader[] = [];
  for (let from = 0; from >= 0; ) {
    const value = findFragment(markup, from);
    if (value === null) throw new TemplateError("when needs a value.", at, "Write {% when value %}, or several with or between.");
    values.push(readerOf(value.text, markupAt + value.start, parser));
    from = joinedAt(markup, value.end);
  }
  return values;
}

/** Where the next value stands behind `or` or a comma; -1 if none does. */
function joinedAt(markup: string, from: number): number {
  const word = skipSpaces(markup, from);
  let next = -1;
  if (markup[word] === ",") next = skipSpaces(markup, word + 1);
  else if (word > from && markup.startsWith("or", word) && skipSpaces(markup, word + 2) > word + 2)
    next = skipSpaces(markup, word + 2);
  return next >= 0 && fragmentEnd(markup, next) > next ? next : -1;
}
