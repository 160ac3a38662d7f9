import type { ParameterModel } from "../../model/model.js";
import { type BoundChild, definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { child, many, oneOf, text } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { declaredParameters } from "./declared.js";
import { type ParameterCheck, parameterCheck } from "./parameter-check.js";
import {
  type ActionValue,
  ErrorReport,
  failure,
  internalRequestError,
  requestError,
  requiredAction,
  type ValidationAction,
  type ValidationError,
  validationActions,
} from "./validation-errors.js";

const SPECIFIED = "Action for parameters the API schema has; replaces the one above for this kind.";
const specified = oneOf(validationActions, { expressions: true, notes: SPECIFIED });
const unspecified = oneOf(validationActions, {
  expressions: true,
  notes: "Action for parameters the API schema lacks; replaces the one above for this kind.",
});

const parameter = child({
  max: many,
  attributes: { name: text({ required: true, notes: "Parameter name." }), action: requiredAction("Action for this parameter.") },
  notes: "Override for one named parameter.",
});

type Kind = "path parameter" | "query parameter" | "header";

/** What is done about the parameters of one kind. */
interface KindRules {
  readonly kind: Kind;
  readonly type: ValidationError["type"];
  readonly specified: ActionValue;
  readonly unspecified: ActionValue | null;
  /** By name; lower case where case does not count. */
  readonly overrides: ReadonlyMap<string, ActionValue>;
}

const errors = {
  unspecified: requestError("a parameter that the definition lacks", "Unspecified {kind} {name} is not allowed."),
  several: requestError(
    "a parameter that is there several times",
    "Request cannot contain multiple values for the {kind} {name}.",
  ),
  unfit: requestError(
    "a parameter that does not fit, or is missing",
    "The value of the {kind} {name} does not conform to the definition. {what}",
  ),
  unparsable: requestError(
    "a parameter of another type",
    "Value of the {kind} {name} couldn't be parsed according to the definition. {what}",
  ),
  unusable: internalRequestError("a definition that cannot be used", "The {kind} {name} cannot be checked: {what}"),
  noDefinition: internalRequestError(
    "no definition",
    "The API has no definition of the operation to hold the request's parameters against.",
  ),
};

/** The policy validate-parameters. */
export const validateParameters = definePolicy({
  name: "validate-parameters",
  category: "content-validation",
  summary: "Checks headers, query and path parameters of a request against the API definition.",
  remarks: ["Holds parameters against the operation's definition."],
  readings: [
    "path, query, headers are looked at in this order, of each kind those that the definition has first",
    "everyday headers count as unspecified, but the API's own key never does",
  ],
  sections: ["inbound"],
  scopes: allScopes,
  attributes: {
    "specified-parameter-action": requiredAction("Action for parameters the API schema has."),
    "unspecified-parameter-action": requiredAction("Action for parameters the API schema lacks."),
    "errors-variable-name": text({ notes: "Variable that collects validation errors." }),
  },
  children: {
    headers: child({
      attributes: { "specified-parameter-action": specified, "unspecified-parameter-action": unspecified },
      children: { parameter },
      notes: "Overrides for headers.",
    }),
    query: child({
      attributes: { "specified-parameter-action": specified, "unspecified-parameter-action": unspecified },
      children: { parameter },
      notes: "Overrides for query parameters.",
    }),
    path: child({
      attributes: { "specified-parameter-action": specified },
      children: { parameter },
      notes: "Overrides for path parameters.",
    }),
  },
  errors: Object.values(errors),
  compile(element) {
    const { attributes, children } = element;
    const common = attributes["specified-parameter-action"];
    const report = new ErrorReport(attributes["errors-variable-name"]?.literal ?? null, element.name);
    const headers = children.headers[0];
    const query = children.query[0];
    const path = children.path[0];
    const other = attributes["unspecified-parameter-action"];
    const rules = {
      path: {
        kind: "path parameter",
        type: "PathParameter",
        specified: path?.attributes["specified-parameter-action"] ?? common,
        unspecified: null,
        overrides: overridesOf(path, false),
      },
      query: {
        kind: "query parameter",
        type: "QueryParameter",
        specified: query?.attributes["specified-parameter-action"] ?? common,
        unspecified: query?.attributes["unspecified-parameter-action"] ?? other,
        overrides: overridesOf(query, false),
      },
      headers: {
        kind: "header",
        type: "RequestHeader",
        specified: headers?.attributes["specified-parameter-action"] ?? common,
        unspecified: headers?.attributes["unspecified-parameter-action"] ?? other,
        overrides: overridesOf(headers, true),
      },
    } as const satisfies Record<string, KindRules>;
    return (exchange) => {
      const { operation, request } = exchange;
      if (operation === null) {
        report.add(exchange, common.get(exchange), missingDefinition);
        return "continue";
      }
      const declared = declaredParameters(operation);
      const keyNames = exchange.api?.subscriptionKeyParameterNames;
      checkKind(exchange, report, rules.path, operation.templateParameters, [], (name) => {
        const value = request.matchedParameters.get(name);
        return value === undefined ? [] : [value];
      });
      const { query: values } = request.url;
      checkKind(
        exchange,
        report,
        rules.query,
        operation.request?.queryParameters ?? [],
        values.names().filter((name) => !declared.query.has(name) && name !== keyNames?.query),
        (name) => values.getAll(name),
      );
      const key = keyNames?.header.toLowerCase();
      checkKind(
        exchange,
        report,
        rules.headers,
        operation.request?.headers ?? [],
        request.headers.names().filter((name) => !declared.headers.has(name.toLowerCase()) && name.toLowerCase() !== key),
        (name) => request.headers.getAll(name),
      );
      return "continue";
    };
  },
});

const missingDefinition: ValidationError = {
  name: "",
  type: "ApiSchema",
  rule: "MissingDefinition",
  failure: failure(errors.noDefinition, {}),
};

function overridesOf(
  element: { readonly children: { readonly parameter: readonly BoundChild<typeof parameter>[] } } | undefined,
  ignoresCase: boolean,
): ReadonlyMap<string, ActionValue> {
  return new Map(
    (element?.children.parameter ?? []).map(({ attributes }) => {
      const name = attributes.name.literal!;
      return [ignoresCase ? name.toLowerCase() : name, attributes.action];
    }),
  );
}

function checkKind(
  exchange: Exchange,
  report: ErrorReport,
  rules: KindRules,
  declared: readonly ParameterModel[],
  others: readonly string[],
  valuesOf: (name: string) => readonly string[],
): void {
  const actionFor = (name: string, otherwise: ActionValue): ValidationAction =>
    (rules.overrides.get(rules.kind === "header" ? name.toLowerCase() : name) ?? otherwise).get(exchange);
  for (const model of declared) {
    const action = actionFor(model.name, rules.specified);
    if (action === "ignore") continue;
    const error = specifiedError(rules, parameterCheck(model), valuesOf(model.name));
    if (error !== null) report.add(exchange, action, error);
  }
  if (rules.unspecified === null) return;
  for (const name of others) {
    const action = actionFor(name, rules.unspecified);
    if (action === "ignore") continue;
    const unspecified = failure(errors.unspecified, { kind: rules.kind, name });
    report.add(exchange, action, { name, type: rules.type, rule: "Unspecified", failure: unspecified });
  }
}

function specifiedError({ kind, type }: KindRules, check: ParameterCheck, values: readonly string[]): ValidationError | null {
  const fault = check.check(values);
  if (fault === null) return null;
  const { name } = check.model;
  const base = { name, type, rule: "IncorrectMessage" } as const;
  switch (fault.kind) {
    case "missing":
      return { ...base, failure: failure(errors.unfit, { kind, name, what: `The required ${kind} is missing.` }) };
    case "several":
      return { ...base, failure: failure(errors.several, { kind, name }) };
    case "unparsable":
      return { ...base, failure: failure(errors.unparsable, { kind, name, what: fault.message }) };
    case "unfit":
      return { ...base, failure: failure(errors.unfit, { kind, name, what: fault.message }) };
    case "exception":
      return {
        ...base,
        rule: "ValidationException",
        failure: failure(errors.unusable, { kind, name, what: fault.message }),
      };
  }
}
