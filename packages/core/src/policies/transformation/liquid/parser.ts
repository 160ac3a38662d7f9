import { didYouMean, Findings, quoted, TemplateError } from "./findings.js";
import { skipSpaces, wordEnd } from "./fragments.js";
import { readOutput } from "./output.js";
import { printed } from "./printing.js";
import type { Node } from "./rendering.js";
import type { Token } from "./source.js";

/** A tag as it stands: `{% name markup %}`. */
export interface Tag {
  readonly name: string;
  /** What follows the name. */
  readonly markup: string;
  readonly at: number;
  /** Where the markup stands. */
  readonly markupAt: number;
}

/** How a tag becomes a node. */
export type TagReader = (tag: Tag, parser: TemplateParser) => Node;

/** Takes a tag that is none of its own inside a block, such as `else`, and gives the list that what follows goes to; null if it is not its own. */
export type SectionReader = (tag: Tag) => Node[] | null;

/** Deepest nesting of blocks. Rendering stops at 80 that have variables of their own. */
const MOST_DEPTH = 200;

/** Text is a node of this kind, with what it writes. */
export interface TextNode extends Node {
  readonly kind: "text";
  readonly text: string;
}

function textNode(text: string): TextNode {
  return {
    kind: "text",
    text,
    render(r) {
      r.write(text);
      return undefined;
    },
  };
}

/** Reads the tokens of a template. Throws TemplateError. */
export class TemplateParser {
  private next = 0;
  private depth = 0;
  readonly findings = new Findings();

  constructor(
    private readonly tokens: readonly Token[],
    /** By name. */
    private readonly tags: ReadonlyMap<string, TagReader>,
  ) {}

  whole(): Node[] {
    const nodes: Node[] = [];
    this.block(null, nodes);
    return nodes;
  }

  /**
   * Reads up to the end tag of `open`, or to the end of the template where there is none.
   * @param nodes the list that nodes go to, until `sections` gives another
   */
  block(open: Tag | null, nodes: Node[], sections?: SectionReader): void {
    if (++this.depth > MOST_DEPTH) throw new TemplateError(`Tags are nested more than ${MOST_DEPTH} levels deep.`, open?.at ?? 0);
    let list = nodes;
    for (let token = this.tokens[this.next++]; token !== undefined; token = this.tokens[this.next++]) {
      if (token.kind === "text") {
        list.push(textNode(token.text));
        continue;
      }
      if (token.kind === "output") {
        list.push(this.output(token));
        continue;
      }
      const tag = readTag(token);
      if (tag === null) throw unclosed(token);
      if (open !== null && tag.name === `end${open.name}`) {
        this.depth--;
        return;
      }
      const read = this.tags.get(tag.name);
      if (read !== undefined) {
        const node = read(tag, this);
        checkPlace(node, tag, list);
        list.push(node);
        continue;
      }
      const section = sections?.(tag) ?? null;
      if (section === null) throw this.unknownTag(tag, open);
      list = section;
    }
    if (open !== null && open.name !== "extends")
      throw new TemplateError(`The tag ${open.name} is not closed.`, open.at, `Put {% end${open.name} %} where it ends.`);
    this.depth--;
  }

  /** The text up to the end tag of `open`, pieces as they were cut. */
  verbatim(open: Tag): string {
    let text = "";
    for (let token = this.tokens[this.next++]; token !== undefined; token = this.tokens[this.next++]) {
      if (token.kind === "tag" && readTag(token)?.name === `end${open.name}`) return text;
      text += token.text;
    }
    throw new TemplateError(
      `The tag ${open.name} is not closed.`,
      open.at,
      `Put {% end${open.name} %} where it ends; a {{ or {% before it that is not closed swallows it.`,
    );
  }

  private unknownTag({ name, at }: Tag, open: Tag | null): TemplateError {
    if (name === "else")
      return new TemplateError(
        `There is no else in ${open?.name ?? "a template outside of if, unless and case"}.`,
        at,
        open?.name === "for" ? "Put an if round the loop that tests the list against empty." : null,
      );
    if (name.startsWith("end")) {
      const what =
        open === null ? "No tag is open that it could close." : `${open.name} is open, which {% end${open.name} %} closes.`;
      return new TemplateError(`${name} stands where it closes nothing.`, at, what);
    }
    return new TemplateError(`There is no tag ${name}.`, at, ELSEWHERE.get(name) ?? didYouMean(name, [...this.tags.keys()]));
  }

  private output({ text, at }: Token): Node {
    if (!text.endsWith("}}") || text.length < 4)
      throw new TemplateError(
        `The output ${quoted(text)} is not closed.`,
        at,
        "An output ends at the first } or }}, in a literal too, and on the line where it begins.",
      );
    const read = readOutput(text.slice(2, -2), at + 2, this.findings);
    return {
      kind: "output",
      render(r) {
        r.write(printed(read(r), r));
        return undefined;
      },
    };
  }
}

/** The name of a tag and what follows; null where that is none. */
function readTag({ text, at }: Token): Tag | null {
  if (text.length < 4 || !text.endsWith("%}")) return null;
  const start = skipSpaces(text, 2);
  const end = wordEnd(text, start);
  if (end === start) return null;
  const markup = skipSpaces(text, end);
  return { name: text.slice(start, end), markup: text.slice(markup, -2), at, markupAt: at + markup };
}

function unclosed({ text, at }: Token): TemplateError {
  return text.endsWith("%}")
    ? new TemplateError(`The tag ${quoted(text)} has no name.`, at)
    : new TemplateError(`The tag ${quoted(text)} is not closed.`, at, "A tag ends with %} on the line where it begins.");
}

/** Tags of Ruby's Liquid and its ports that the engine has not, and what to write instead. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["increment", "Use assign with the filter Plus."],
  ["decrement", "Use assign with the filter Minus."],
  ["echo", "Use an output: {{ … }}."],
  ["render", "There are no other templates to render."],
  ["layout", "There are no other templates to lay this one out."],
  ["liquid", "Write each tag in {% … %} of its own."],
]);

/** `extends` must come first; names of blocks are unique in their list. */
function checkPlace(node: Node, tag: Tag, list: readonly Node[]): void {
  if (node.kind === "extends" && list.length > 0)
    throw new TemplateError("extends must be the first thing in a template.", tag.at);
  if (node.kind.startsWith("block ") && list.some(({ kind }) => kind === node.kind))
    throw new TemplateError(`There is a ${node.kind} already.`, tag.at);
}
