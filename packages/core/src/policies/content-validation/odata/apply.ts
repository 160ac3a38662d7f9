import { aggregated, alias, compute, expression, keysOrArguments, orderBy } from "./expressions.js";
import { ODataError, type Scanner, separated } from "./scanner.js";
import { search } from "./search.js";
import { expand } from "./selection.js";

const NUMBER = /\d{1,19}/y;
/** A type at a path's end, where a property is meant. */
const ENDS_WITH_TYPE = /[.][\p{L}_][\p{L}\p{N}_]*$/u;

/** `$apply` of OData's extension for aggregation: transformations, one behind the other. */
export function apply(scanner: Scanner): void {
  scanner.nested(() => {
    do transformation(scanner);
    while (scanner.take("/"));
  });
}

type Read = (scanner: Scanner) => void;

const pair: Read = (scanner) => {
  expression(scanner);
  scanner.need(",");
  expression(scanner);
};

const number: Read = (scanner) => {
  if (scanner.match(NUMBER) === null) throw scanner.unexpected();
};

const aliased: Read = (scanner) =>
  separated(scanner, () => {
    apply(scanner);
    alias(scanner);
  });

const join: Read = (scanner) => {
  expression(scanner);
  alias(scanner);
  if (scanner.take(",")) apply(scanner);
};

/** Root, qualifier, path, transformations; then a distance, and whether the start is kept. */
const hierarchy: Read = (scanner) => {
  for (let i = 0; i < 3; i++) {
    expression(scanner);
    scanner.need(",");
  }
  apply(scanner);
  if (!scanner.take(",")) return;
  if (scanner.match(NUMBER) !== null && !scanner.take(",")) return;
  if (scanner.word() !== "keep") throw scanner.unexpected();
  scanner.identifier();
  if (scanner.takeWord("start") === null) throw scanner.unexpected();
};

const TRANSFORMATIONS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ["aggregate", (scanner) => separated(scanner, () => aggregateItem(scanner))],
  ["groupby", groupBy],
  ["filter", expression],
  ["compute", compute],
  ["expand", expand],
  ["search", search],
  ["orderby", orderBy],
  ["top", number],
  ["skip", number],
  ["concat", (scanner) => separated(scanner, () => apply(scanner))],
  ...["topcount", "bottomcount", "topsum", "bottomsum", "toppercent", "bottompercent"].map((name) => [name, pair] as const),
  ["join", join],
  ["outerjoin", join],
  ["nest", aliased],
  [
    "addnested",
    (scanner) => {
      expression(scanner);
      scanner.need(",");
      aliased(scanner);
    },
  ],
  ["ancestors", hierarchy],
  ["descendants", hierarchy],
  ["traverse", traverse],
]);

function transformation(scanner: Scanner): void {
  const start = scanner.at;
  const name = scanner.qualified();
  if (name === null) throw scanner.unexpected();
  if (name.toLowerCase() === "identity") return;
  const read = TRANSFORMATIONS.get(name.toLowerCase());
  if (read === undefined) {
    if (!name.includes(".")) throw new ODataError(`"${scanner.text.slice(start, scanner.at)}" is no transformation`);
    return keysOrArguments(scanner);
  }
  scanner.need("(");
  read(scanner);
  scanner.space();
  if (!scanner.takeExactly(")")) throw scanner.unexpected();
}

function aggregateItem(scanner: Scanner): void {
  const hasMethod = aggregated(scanner);
  if (scanner.takeWord("as") !== null) scanner.needIdentifier();
  else if (hasMethod) throw scanner.unexpected();
}

/** `(property, rollup(…)) [, transformations]`. */
function groupBy(scanner: Scanner): void {
  scanner.need("(");
  separated(scanner, () => {
    const start = scanner.at;
    expression(scanner);
    if (ENDS_WITH_TYPE.test(scanner.text.slice(start, scanner.at))) throw new ODataError("a property is expected behind a type");
  });
  scanner.need(")");
  if (scanner.take(",")) apply(scanner);
}

/** Root, qualifier, path, order; then transformations and sortings. */
function traverse(scanner: Scanner): void {
  for (let i = 0; i < 3; i++) {
    expression(scanner);
    scanner.need(",");
  }
  separated(scanner, () => orderBy(scanner));
}
