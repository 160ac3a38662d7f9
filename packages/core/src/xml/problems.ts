import { error, type Problem, warning } from "../diagnostics/problem.js";
import { utf16 } from "../diagnostics/utf16.js";

/** Everything that can be wrong with a document as XML, by name. */
export const xmlProblems = {
  documentTooLong: (length: number, limit: number): Problem =>
    error("TP0101", `The document has ${length} characters; at most ${limit} are taken.`),
  notUtf8: (): Problem => error("TP0117", utf16.message, utf16.hint),
  refused: (why: string): Problem => error("TP0116", why),
  empty: (): Problem => error("TP0105", "The document is empty: there is no element in it."),
  severalRoots: (other: string, root: string): Problem =>
    error("TP0115", `<${other}> stands beside the root <${root}>.`, "A document has one root element."),

  strayText: (): Problem => error("TP0105", "There is text outside of any element.", "Remove it, or put it into a comment."),
  strayCdata: (): Problem => error("TP0105", "There is text outside of any element."),
  bareAmpersand: (): Problem => warning("TP0114", "A bare '&' in text.", "Write &amp;."),
  unknownEntity: (entity: string): Problem =>
    error("TP0113", `${entity} is not an entity that XML knows.`, "Write &amp; for '&', or the character itself."),
  mixedValue: (): Problem =>
    warning(
      "TP0112",
      "This value contains '@(' or '@{' but is not an expression as a whole: it is taken as plain text.",
      'An expression must be the whole value. Use string interpolation: @($"text {value}").',
    ),
  openExpression: (where: string, bracket: string): Problem =>
    error(
      "TP0110",
      `The expression in this ${where} has no closing '${bracket}'.`,
      "Look for an unbalanced bracket or an unclosed string.",
    ),

  openElement: (name: string): Problem => error("TP0103", `<${name}> is never closed.`, `Add </${name}>.`),
  openBeforeEnd: (name: string, ended: string): Problem =>
    error("TP0103", `<${name}> is not closed before </${ended}>.`, `Add </${name}>.`),
  closesNothing: (name: string, open: string | undefined): Problem =>
    error("TP0104", `</${name}> closes nothing.`, open === undefined ? "Remove it." : `<${open}> is what is open here.`),
  notATag: (): Problem => error("TP0102", "A '<' that starts no tag.", "In text, write &lt; instead."),
  openTag: (name: string): Problem => error("TP0102", `The tag <${name}> is never ended.`, "Add '>'."),
  tagInTag: (name: string): Problem => error("TP0102", `The tag <${name}> is not ended before the next one starts.`, "Add '>'."),
  badEndTag: (): Problem => error("TP0102", "This end tag is not well-formed.", "An end tag is </name>."),
  openConstruct: (what: string, closing: string): Problem => error("TP0106", `The ${what} is never closed.`, `Add ${closing}.`),
  doctype: (): Problem => error("TP0111", "A policy document cannot have a DOCTYPE.", "Remove it."),

  notAnAttribute: (tag: string, hint: string | undefined): Problem =>
    error("TP0107", `The tag <${tag}> has something in it that is no attribute.`, hint),
  noValue: (attribute: string, hint: string | undefined): Problem =>
    error("TP0107", `The attribute ${attribute} has no value.`, hint),
  noQuotes: (attribute: string): Problem =>
    error("TP0107", `The value of ${attribute} is not in quotes.`, `Write ${attribute}="…".`),
  noBlank: (attribute: string): Problem => error("TP0107", `A blank is missing before the attribute ${attribute}.`),
  openValue: (quote: string): Problem => error("TP0107", "The value of the attribute is never closed.", `Add ${quote}.`),
  twice: (attribute: string): Problem => error("TP0109", `The attribute ${attribute} is there twice.`, "Remove one of them."),
  tooDeep: (limit: number): Problem => error("TP0108", `Elements are nested more than ${limit} deep.`),
  tooManyAttributes: (tag: string, limit: number): Problem => error("TP0108", `<${tag}> has more than ${limit} attributes.`),
};
