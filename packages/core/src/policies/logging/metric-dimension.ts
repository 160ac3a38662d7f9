import type { BoundElement, PolicyCompiler, Value } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { child, many, text } from "../../policy/schema.js";
import { secretMask } from "../../policy/secret-mask.js";
import { loggingProblems } from "./problems.js";

/** Dimensions that may be named without a value, and where theirs comes from. An object that is not there gives the empty text. */
const DEFAULTS: ReadonlyMap<string, (exchange: Exchange) => string | null> = new Map<
  string,
  (exchange: Exchange) => string | null
>([
  ["API ID", (exchange) => exchange.api?.id ?? ""],
  ["Operation ID", (exchange) => exchange.operation?.id ?? ""],
  ["Product ID", (exchange) => exchange.product?.id ?? ""],
  ["User ID", (exchange) => exchange.user?.id ?? ""],
  ["Subscription ID", (exchange) => exchange.subscription?.id ?? ""],
  ["Location", (exchange) => exchange.configuration.deployment.region],
  ["Gateway ID", (exchange) => exchange.configuration.deployment.gatewayId],
  ["Backend ID", () => null],
]);

/** The reference's present pages say five, older ones and its page of limits ten. */
const ADVISED = 5;
const MOST = 10;

/** The `dimension` child of the metric policies. */
export const dimensionChild = child({
  min: 1,
  max: many,
  expressions: true,
  notes: "A dimension of the metric.",
  attributes: {
    name: text({ required: true, expressions: true, notes: "The dimension's name; that of a default dimension needs no value." }),
    value: text({ expressions: true, notes: "The dimension's value; needed unless the name is a default one." }),
  },
});

/** Dimensions evaluated where the policy stands. Backend ID is known only later: {@link completed} fills it in. */
export type Dimensions = readonly (readonly [name: string, value: string | null])[];

type DimensionElement = BoundElement<
  { name: (typeof dimensionChild)["attributes"]["name"]; value: (typeof dimensionChild)["attributes"]["value"] },
  object
>;

/** Checks the dimensions once and returns what reads them for a request. */
export function compileDimensions(
  elements: readonly DimensionElement[],
  compiler: PolicyCompiler,
): (exchange: Exchange) => Dimensions {
  if (elements.length > ADVISED)
    compiler.report(
      loggingProblems.tooManyDimensions(elements.length > MOST ? "error" : "warning", MOST, ADVISED, elements.length),
    );
  const readers = elements.map((element) => {
    const { name, value } = element.attributes;
    if (value === null && name.literal !== undefined && !DEFAULTS.has(name.literal))
      compiler.report(loggingProblems.dimensionWithoutValue(name.literal, [...DEFAULTS.keys()]), element.place);
    return reader(name, value);
  });
  return (exchange) => readers.map((read) => read(exchange));
}

function reader(name: Value<string>, value: Value<string> | null): (exchange: Exchange) => readonly [string, string | null] {
  if (value !== null) return (exchange) => [name.get(exchange), value.get(exchange)];
  return (exchange) => {
    const text = name.get(exchange);
    const standard = DEFAULTS.get(text);
    return [text, standard === undefined ? "" : standard(exchange)];
  };
}

/** The dimensions as the metric takes them, with the backend that the request went to. */
export function completed(dimensions: Dimensions, exchange: Exchange): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  // Whoever takes metrics shows them to many.
  const mask = secretMask(exchange.configuration);
  for (const [name, value] of dimensions) values[name] = mask.text(value ?? exchange.target.backendId ?? "");
  return values;
}
