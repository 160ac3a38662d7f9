import { apply } from "./apply.js";
import { compute, expression, orderBy } from "./expressions.js";
import { ODataError, Scanner } from "./scanner.js";
import { search } from "./search.js";
import { expand, select } from "./selection.js";

type Check = (text: string) => void;

const whole =
  (read: (scanner: Scanner) => void): Check =>
  (text) => {
    const scanner = new Scanner(text);
    read(scanner);
    scanner.end();
  };

const count: Check = (text) => {
  if (!/^\d{1,19}$/.test(text)) throw new ODataError("it is no number of items");
};
const anything: Check = (text) => {
  if (text === "") throw new ODataError("it is empty");
};

/** System query options by their names in lower case, without `$`. */
const OPTIONS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ["filter", whole(expression)],
  ["orderby", whole(orderBy)],
  ["select", whole(select)],
  ["expand", whole(expand)],
  ["search", whole(search)],
  ["compute", whole(compute)],
  ["apply", whole(apply)],
  ["top", count],
  ["skip", count],
  ["index", (text) => count(text.replace(/^-/, ""))],
  [
    "count",
    (text) => {
      if (!/^(?:true|false)$/i.test(text)) throw new ODataError("it is neither true nor false");
    },
  ],
  [
    "levels",
    (text) => {
      if (!/^(?:\d{1,10}|max)$/i.test(text)) throw new ODataError("it is neither a number nor max");
    },
  ],
  ...["format", "skiptoken", "deltatoken", "id", "schemaversion"].map((name) => [name, anything] as const),
]);

/**
 * What is wrong with a query option; null if nothing is. Those without `$` are looked at as the service's own. Names of options, operators and
 * functions are taken in any case (OData 4.01, part 2, section 5.1).
 */
export function queryOptionFault(name: string, values: readonly string[]): string | null {
  if (!name.startsWith("$")) return null;
  const check = OPTIONS.get(name.slice(1).toLowerCase());
  if (check === undefined) return `The query option ${name} is unknown.`;
  if (values.length > 1) return `The query option ${name} is there more than once.`;
  try {
    check(values[0] ?? "");
    return null;
  } catch (error) {
    if (!(error instanceof ODataError)) throw error;
    return `The query option ${name} is not valid: ${error.message}.`;
  }
}
