import { compute, expression, orderBy } from "./expressions.js";
import { ODataError, type Scanner, separated } from "./scanner.js";
import { search } from "./search.js";

const NUMBER = /\d{1,19}/y;
const ANNOTATION = /@[\p{L}_][\p{L}\p{N}_.]{0,255}(?:#[\p{L}_][\p{L}\p{N}_]{0,127})?/uy;
const LEVELS = /max|\d{1,10}/iy;
const BOOL = /true|false/iy;
const NAME = /\$?[a-z]+(?==)/iy;

type Read = (scanner: Scanner) => void;

const matching =
  (pattern: RegExp): Read =>
  (scanner) => {
    if (scanner.match(pattern) === null) throw scanner.unexpected();
  };

const OPTIONS: Readonly<Record<string, Read>> = {
  filter: expression,
  orderby: orderBy,
  search,
  compute,
  select,
  expand,
  top: matching(NUMBER),
  skip: matching(NUMBER),
  count: matching(BOOL),
  levels: matching(LEVELS),
};

/** Which options may stand in parentheses behind what. */
const OF_COUNT = ["filter", "search"];
const OF_REFERENCES = ["filter", "search", "orderby", "skip", "top", "count"];
const OF_SELECTED = [...OF_REFERENCES, "compute", "select", "expand"];
const OF_EXPANDED = [...OF_SELECTED, "levels"];

/** `$select`: properties, types, actions and functions; each may have options. */
export function select(scanner: Scanner): void {
  scanner.nested(() =>
    separated(scanner, () => {
      if (scanner.takeExactly("*")) return;
      segments(scanner, () => scanner.takeExactly("*"));
      options(scanner, OF_SELECTED);
    }),
  );
}

/** `$expand`: navigation properties, streams, `*`; each may have options. */
export function expand(scanner: Scanner): void {
  scanner.nested(() =>
    separated(scanner, () => {
      if (scanner.takeExactly("*")) {
        if (!scanner.takeExactly("/$ref")) options(scanner, ["levels"]);
        return;
      }
      let allowed = OF_EXPANDED;
      segments(scanner, () => {
        if (scanner.takeExactly("$ref")) allowed = OF_REFERENCES;
        else if (scanner.takeExactly("$count")) allowed = OF_COUNT;
        else return scanner.takeExactly("$value") || scanner.takeExactly("*");
        return true;
      });
      options(scanner, allowed);
    }),
  );
}

/** Names behind each other; the last one may be something that `last` takes. */
function segments(scanner: Scanner, last: () => boolean): void {
  do {
    if (last()) return;
    if (scanner.match(ANNOTATION) !== null) continue;
    if (scanner.qualified() === null) throw scanner.unexpected();
    // `Model.*`: all actions and functions of a namespace.
    if (scanner.takeExactly(".*")) return;
  } while (scanner.takeExactly("/"));
}

/** Names of a function's parameters, which tell its overloads apart. */
const PARAMETERS = /\([\p{L}\p{Nl}_][\p{L}\p{N}_]{0,127}(?:,[\p{L}\p{Nl}_][\p{L}\p{N}_]{0,127}){0,127}\)/uy;

function options(scanner: Scanner, allowed: readonly string[]): void {
  if (scanner.text[scanner.at] !== "(" || scanner.match(PARAMETERS) !== null) return;
  scanner.need("(");
  const seen = new Set<string>();
  do {
    const start = scanner.at;
    if (scanner.match(ANNOTATION) !== null) {
      scanner.need("=");
      expression(scanner);
      continue;
    }
    const written = scanner.match(NAME);
    const name = written?.replace("$", "").toLowerCase() ?? "";
    if (written === null || !allowed.includes(name)) {
      scanner.at = start;
      if (written === null) throw scanner.unexpected();
      throw new ODataError(`${written} cannot stand there`);
    }
    if (seen.has(name)) throw new ODataError(`${written} is there more than once`);
    seen.add(name);
    scanner.need("=");
    OPTIONS[name]!(scanner);
  } while (scanner.take(";"));
  scanner.space();
  if (!scanner.takeExactly(")")) throw scanner.unexpected();
}
