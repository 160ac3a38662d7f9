import { type Host, LimitError, type Limits } from "@turnpike/expressions";
import { withRun } from "@turnpike/expressions/values";
import { type Finding, TemplateError } from "./findings.js";
import { TemplateParser } from "./parser.js";
import { limitText, Rendering } from "./rendering.js";
import { readSource } from "./source.js";
import { tags } from "./tags/index.js";

/** A template ready to be rendered. */
export interface Template {
  /** What the engine passes over in silence in it. */
  readonly findings: readonly Finding[];
  /**
   * Renders it. What fails prints its error in place, as the engine has it. Throws Error where a limit is reached.
   * @param variables what templates see, by name
   * @param limits what a rendering may use: that of an expression
   */
  render(variables: Readonly<Record<string, unknown>>, host: Host, limits: Limits): string;
}

/** Why a text is no template. */
export class InvalidTemplate extends Error {
  constructor(
    message: string,
    readonly hint: string | null,
    /** Offset in the template. */
    readonly offset: number,
  ) {
    super(message);
    this.name = "InvalidTemplate";
  }
}

/** Longest template, in characters. */
const LONGEST = 1_048_576;

/** Reads a template of DotLiquid 2.0.361 with C# names. Throws InvalidTemplate. */
export function parseTemplate(text: string): Template {
  if (text.length > LONGEST) throw new InvalidTemplate(`The template is longer than ${LONGEST} characters.`, null, 0);
  const source = readSource(text);
  const parser = new TemplateParser(source.tokens, tags);
  try {
    const nodes = parser.whole();
    return {
      findings: parser.findings.list.map(({ message, hint, at }) => ({ message, hint, offset: source.offset(at) })),
      render(variables, host, limits) {
        const rendering = new Rendering(variables, host, limits);
        try {
          withRun(rendering.run, () => rendering.all(nodes));
        } catch (error) {
          if (error instanceof LimitError) throw new Error(limitText(error, limits), { cause: error });
          throw error;
        }
        return rendering.text;
      },
    };
  } catch (error) {
    if (error instanceof TemplateError) throw new InvalidTemplate(error.message, error.hint, source.offset(error.at));
    throw error;
  }
}
