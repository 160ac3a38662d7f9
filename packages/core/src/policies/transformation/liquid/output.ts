import type { Filter } from "./filters/filter.js";
import { filters } from "./filters/index.js";
import { didYouMean, type Findings, quoted } from "./findings.js";
import { findFragment, findWord, fragmentEnd, quotedEnd, skipSpaces, solidEnd } from "./fragments.js";
import { checkPath } from "./hints.js";
import { meaningOf, type Reader } from "./lookup.js";
import { textSteps } from "./numbers.js";

interface Call {
  readonly name: string;
  readonly filter: Filter;
  readonly args: readonly Reader[];
}

const FILTER_NAMES = [...filters.keys()];

/**
 * A value with its filters, as outputs and assign have it. What stands between the value and the first `|` is passed over, and so are words
 * behind a filter's arguments.
 * @param at where the text stands
 */
export function readOutput(markup: string, at: number, findings: Findings): Reader {
  const value = findFragment(markup, 0, true);
  if (value === null) return () => null;
  const { read, path } = meaningOf(value.text);
  if (path !== null) checkPath(value.text, path, at + value.start, findings);
  const pipe = markup.indexOf("|", value.end);
  const between = markup.slice(value.end, pipe < 0 ? markup.length : pipe);
  if (between.trim() !== "")
    findings.add(
      `${quoted(between)} is passed over: an output ends at the first blank, and only filters may follow.`,
      at + skipSpaces(markup, value.end),
    );
  const calls = pipe < 0 ? [] : readCalls(markup, pipe, at, findings);
  if (calls.length === 0) return read;
  return (r) => {
    let result = read(r) ?? null;
    for (const { name, filter, args } of calls) {
      const values = [result, ...args.map((arg) => arg(r) ?? null)];
      r.run.steps(values.reduce<number>((steps, value) => steps + textSteps(value), 1));
      result = filter.apply(name, values, r) ?? null;
    }
    return result;
  };
}

/** A filter and its arguments as they are cut: the text between two pipes. */
function readCalls(markup: string, from: number, at: number, findings: Findings): Call[] {
  const calls: Call[] = [];
  for (let start = from; start < markup.length; ) {
    const end = chunkEnd(markup, start);
    if (end === start) {
      start++;
      continue;
    }
    const name = findWord(markup.slice(start, end));
    if (name !== null) {
      const args = argumentsOf(markup, start, end, at, findings);
      const chunk = markup.slice(start, end);
      if (chunk !== "|" && hasPipe(chunk))
        findings.add(
          `The filters behind the comma in ${quoted(chunk)} are passed over.`,
          at + start,
          "Put a blank behind the comma.",
        );
      const filter = filters.get(name.text);
      if (filter === undefined)
        findings.add(
          `There is no filter ${name.text}: the value passes through unchanged.`,
          at + start + name.end - name.text.length,
          () => didYouMean(name.text, FILTER_NAMES),
        );
      else calls.push({ name: name.text, filter, args });
    }
    start = end;
  }
  return calls;
}

/** The index behind a run of fragments and other words up to a pipe; `at` where there is none. A word may hold pipes if it begins with a comma. */
function chunkEnd(text: string, at: number): number {
  let end = at;
  for (;;) {
    const next = skipSpaces(text, end);
    if (next >= text.length || text[next] === "|") return end;
    const fragment = fragmentEnd(text, next);
    end = skipSpaces(text, fragment > next ? fragment : solidEnd(text, next));
  }
}

/** What stands behind each `:` or `,`. */
function argumentsOf(markup: string, from: number, to: number, at: number, findings: Findings): Reader[] {
  const chunk = markup.slice(0, to);
  const args: Reader[] = [];
  for (let i = from; i < to; ) {
    if (chunk[i] !== ":" && chunk[i] !== ",") {
      i++;
      continue;
    }
    const start = skipSpaces(chunk, i + 1);
    const end = fragmentEnd(chunk, start);
    if (end < 0) {
      i++;
      continue;
    }
    const { read, path } = meaningOf(chunk.slice(start, end));
    if (path !== null) checkPath(chunk.slice(start, end), path, at + start, findings);
    args.push(read);
    i = end;
  }
  return args;
}

/** Does a text hold a filter that nothing applies? */
export function hasPipe(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const end = quotedEnd(text, at);
    if (end >= 0) at = end - 1;
    else if (text[at] === "|") return true;
  }
  return false;
}
