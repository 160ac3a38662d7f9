import fc from "fast-check";
import { expect, it } from "vitest";
import { QueryList } from "#core/http/query.js";
import type { OperationModel } from "#core/model/model.js";
import { OperationTree } from "#core/routing/operations.js";
import { matchMixed, namesOf, parseTemplate, type TemplateSegment, type UrlTemplate } from "#core/routing/template.js";

const RANKS = { literal: 0, mixed: 1, parameter: 2, rest: 4 } as const;
/** Behind everything but a wildcard: the template ends here. */
const END = 3;

interface Candidate {
  readonly operation: OperationModel;
  readonly template: UrlTemplate;
  readonly index: number;
}

/** Looks at every operation, and sorts those that fit by what is documented: no tree. */
function naive(operations: readonly OperationModel[], method: string, path: readonly string[], query: QueryList): string | null {
  const all = operations.flatMap((operation, index): Candidate[] => {
    const template = parseTemplate(operation.urlTemplate);
    return "error" in template ? [] : [{ operation, template, index }];
  });
  const fitting = all
    .filter((one) => one.operation.method === method && pathFits(one.template.segments, path) && queryFits(one, query))
    .sort((a, b) => compare(a, b, all));
  const best = fitting[0];
  if (best === undefined) return null;
  return JSON.stringify([best.operation.id, valuesOf(best.template, path)]);
}

function pathFits(segments: readonly TemplateSegment[], path: readonly string[]): boolean {
  const rest = segments.at(-1)?.kind === "rest";
  if (rest ? path.length < segments.length - 1 : path.length !== segments.length) return false;
  return segments.every((segment, i) => {
    const text = path[i];
    if (segment.kind === "rest") return true;
    if (segment.kind === "literal") return segment.text === text!.toLowerCase();
    return segment.kind === "parameter" ? text !== "" : matchMixed(segment, text!) !== null;
  });
}

function queryFits({ template, operation }: Candidate, query: QueryList): boolean {
  return template.query.every(({ name, parameter, literal }) => {
    const value = query.getAll(name)[0];
    if (value === undefined)
      return parameter !== null && operation.templateParameters.some((one) => one.name === parameter && !one.required);
    return literal === null || value === literal;
  });
}

const literals = (segment: TemplateSegment): string => (segment.kind === "mixed" ? segment.literals.join("\0") : "");

function compare(a: Candidate, b: Candidate, all: readonly Candidate[]): number {
  for (let i = 0; ; i++) {
    const [left, right] = [a.template.segments[i], b.template.segments[i]];
    if (left === undefined && right === undefined) break;
    const byKind = (left === undefined ? END : RANKS[left.kind]) - (right === undefined ? END : RANKS[right.kind]);
    if (byKind !== 0) return byKind;
    if (left?.kind !== "mixed" || right?.kind !== "mixed" || literals(left) === literals(right)) continue;
    const length = (one: typeof left): number => one.literals.join("").length;
    // Of two that are as long, the one that is written first at this place.
    const first = (one: typeof left): number =>
      all.findIndex(
        ({ template }) =>
          sameUpTo(template, a.template, i) &&
          literals(template.segments[i]!) === literals(one) &&
          template.segments[i]!.kind === "mixed",
      );
    return length(right) - length(left) || first(left) - first(right);
  }
  const required = ({ template, operation }: Candidate): number =>
    template.query.filter(
      ({ parameter }) =>
        parameter === null || !operation.templateParameters.some((one) => one.name === parameter && !one.required),
    ).length;
  return required(b) - required(a) || a.index - b.index;
}

/** Do two templates stand at the same place of the tree in front of a segment? */
function sameUpTo(a: UrlTemplate, b: UrlTemplate, end: number): boolean {
  if (a.segments.length <= end) return false;
  const shape = (segment: TemplateSegment | undefined): string =>
    segment === undefined ? "" : segment.kind === "literal" ? `=${segment.text}` : `${segment.kind} ${literals(segment)}`;
  return Array.from({ length: end }, (_, i) => shape(a.segments[i]) === shape(b.segments[i])).every(Boolean);
}

function valuesOf(template: UrlTemplate, path: readonly string[]): string[] {
  return template.segments.flatMap((segment, i): string[] => {
    if (segment.kind === "literal") return [];
    if (segment.kind === "rest") return [path.slice(i).join("/")];
    return segment.kind === "mixed" ? matchMixed(segment, path[i]!)! : [path[i]!];
  });
}

// A small alphabet, so that templates compete.
const segment = fc.constantFrom("a", "b", "A", "{p}", "{q}", "a-{p}", "{p}-b", "a-{p}-b", "{p}.{q}", "a%20b");
const last = fc.constantFrom("", "/*", "/{*rest}", "?x={x}", "?x=1", "?x={x}&y={y}", "/a?y=2");
const template = fc.tuple(fc.array(segment, { maxLength: 4 }), last).map(([segments, end]) => {
  // Parameters may not be there twice: those of each segment get names of their own.
  const path = segments.map((one, i) => one.replace(/\{(\w+)\}/g, `{$1${i}}`)).join("/");
  return `/${path}${end.startsWith("/") && path === "" ? end.slice(1) : end}`;
});
const operation = fc.record({ method: fc.constantFrom("GET", "PUT"), urlTemplate: template, optional: fc.subarray(["x", "y"]) });
const request = fc.record({
  method: fc.constantFrom("GET", "PUT"),
  path: fc.array(fc.constantFrom("a", "b", "B", "a-1", "a-b", "1-b", "a-1-b", "x.y", "a b", "", "z"), { maxLength: 6 }),
  query: fc.constantFrom("", "?x=1", "?x=2", "?y=2", "?x=1&y=2", "?X=1"),
});

it("the tree finds what looking at every operation finds", () => {
  fc.assert(
    fc.property(
      fc.array(operation, { maxLength: 12 }),
      fc.array(request, { minLength: 1, maxLength: 8 }),
      (written, requests) => {
        const operations = written.map(
          ({ method, urlTemplate, optional }, index): OperationModel => ({
            id: String(index),
            name: "",
            method,
            urlTemplate,
            templateParameters: optional.map((name) => ({
              name,
              type: "string",
              required: false,
              defaultValue: null,
              values: [],
              schema: null,
              listSeparator: null,
            })),
            request: null,
            responses: [],
          }),
        );
        const tree = new OperationTree(operations);
        for (const { method, path, query } of requests) {
          const list = QueryList.parse(query);
          const found = tree.match(method, path, 0, list);
          const parsed = found === null ? null : (parseTemplate(found.operation.urlTemplate) as UrlTemplate);
          const shown =
            found === null
              ? null
              : JSON.stringify([found.operation.id, parsed!.segments.flatMap(namesOf).map((name) => found.parameters.get(name))]);
          expect(shown).toBe(naive(operations, method, path, list));
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
