import { definePolicy } from "../../policy/define.js";
import type { PolicyError } from "../../policy/error.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { integer, text } from "../../policy/schema.js";
import { isUnpackingError, type SizedBody, sizedBody } from "./message-size.js";
import { queryOptionFault } from "./odata/query-options.js";
import { resourcePathFault } from "./odata/resource-path.js";
import { type Failure, failure, jsonArray, requestError } from "./validation-errors.js";

const VERSION = /^\d{1,3}(?:\.\d{1,3})?$/;
const version = (literal: string): string | null => (VERSION.test(literal.trim()) ? null : "it is no version such as 4.0.");

const errors = {
  noVersion: requestError("a version that is none", "The header {name} is no version."),
  tooLow: requestError("a version below min", "The OData version {version} is lower than {min-odata-version}."),
  tooHigh: requestError("a version above max", "The OData version {version} is higher than {max-odata-version}."),
  ungrammatical: requestError("a path or query option against OData's grammar", "{what}"),
  tooLarge: requestError("a body above max-size", "The request's body exceeds the limit of {max-size} bytes."),
  packed: requestError("a body that cannot be unpacked, where max-size is given", "The request's body cannot be unpacked."),
};

/** The policy validate-odata-request. */
export const validateOdataRequest = definePolicy({
  name: "validate-odata-request",
  category: "content-validation",
  summary: "Checks URL, headers and parameters of a request to an OData API against the OData rules.",
  remarks: ["Checks a request by OData's rules."],
  readings: [
    '400 with the reason "Bad request"',
    "the syntax of path and system query options is checked by the grammar of OData 4.01 and its extension for aggregation, whatever the version",
    "names and types are not, as the service's metadata is not part of the configuration",
  ],
  sections: ["inbound"],
  scopes: ["global", "workspace", "product", "api"],
  attributes: {
    "error-variable-name": text({ notes: "Variable that collects validation errors." }),
    "default-odata-version": text({
      default: "4.0",
      check: version,
      notes: "Version assumed when the request has no OData-Version header.",
    }),
    "min-odata-version": text({ check: version, notes: "Lowest OData-Version accepted." }),
    "max-odata-version": text({ check: version, notes: "Highest OData-Version accepted." }),
    "max-size": integer({ min: 0, notes: "Largest request body in bytes." }),
  },
  children: {},
  errors: Object.values(errors),
  compile(element) {
    const { attributes } = element;
    const variable = attributes["error-variable-name"]?.literal ?? null;
    const assumed = attributes["default-odata-version"].literal!;
    const lowest = attributes["min-odata-version"]?.literal ?? null;
    const highest = attributes["max-odata-version"]?.literal ?? null;
    const limit = attributes["max-size"]?.literal ?? null;
    const versionFault = (exchange: Exchange): Failure | null => {
      const { headers } = exchange.request;
      const asked = (headers.get("OData-Version") ?? assumed).trim();
      for (const [name, value] of [
        ["OData-Version", asked],
        ["OData-MaxVersion", headers.get("OData-MaxVersion")?.trim() ?? asked],
      ] as const)
        if (!VERSION.test(value)) return failure(errors.noVersion, { name });
      if (lowest !== null && compareVersions(asked, lowest) < 0)
        return failure(errors.tooLow, { version: asked, "min-odata-version": lowest });
      if (highest !== null && compareVersions(asked, highest) > 0)
        return failure(errors.tooHigh, { version: asked, "max-odata-version": highest });
      return null;
    };
    const urlFault = ({ request: { url } }: Exchange): Failure | null => {
      for (const name of url.query.names()) {
        const fault = queryOptionFault(name, url.query.getAll(name));
        if (fault !== null) return failure(errors.ungrammatical, { what: fault });
      }
      const fault = resourcePathFault(url.path);
      return fault === null ? null : failure(errors.ungrammatical, { what: fault });
    };
    const refuse = (exchange: Exchange, fault: Failure): PolicyError => {
      if (variable !== null) exchange.variables.set(variable, jsonArray(exchange, [{ message: fault.text }]));
      return fault.error();
    };
    return async (exchange): Promise<Flow> => {
      const fault = versionFault(exchange) ?? urlFault(exchange);
      if (fault !== null) throw refuse(exchange, fault);
      if (limit === null) return "continue";
      let sized: SizedBody;
      try {
        sized = await sizedBody(exchange, exchange.request, limit);
      } catch (error) {
        if (!isUnpackingError(error)) throw error;
        throw refuse(exchange, failure(errors.packed, {}));
      }
      if ("size" in sized) throw refuse(exchange, failure(errors.tooLarge, { "max-size": limit }));
      return "continue";
    };
  },
});

function compareVersions(a: string, b: string): number {
  const [majorA, minorA = 0] = a.split(".").map(Number);
  const [majorB, minorB = 0] = b.split(".").map(Number);
  return majorA! - majorB! || minorA - minorB;
}
