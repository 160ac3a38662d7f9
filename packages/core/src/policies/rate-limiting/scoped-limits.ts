import type { Place } from "../../diagnostics/place.js";
import type { BoundElement, PolicyCompiler } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { text } from "../../policy/schema.js";
import { policyProblems } from "../problems.js";

/** How a child names the API or operation that it limits. */
export const targetAttributes = {
  name: text({ notes: "Display name of the API or operation; needed unless id is given." }),
  id: text({ notes: "Id of the API or operation; it wins over name." }),
};

/** A limit below an API or operation element, and the place of that element among its siblings. */
export interface ScopedLimit<T> {
  readonly element: T;
  /** Parts that tell the limit's counter from its neighbours': `api`, index, `operation`, index. */
  readonly key: readonly string[];
}

/** What any element says that names an API or operation. */
interface Target {
  readonly name: string;
  readonly attributes: BoundElement<typeof targetAttributes>["attributes"];
  readonly place: Place;
}

type ApiElement<L extends Target> = L & { readonly children: { readonly operation: readonly L[] } };

/** Reports children that name nothing. */
export function checkTargets(apis: readonly ApiElement<Target>[], compiler: PolicyCompiler, bare: readonly Target[] = []): void {
  for (const target of [...bare, ...apis, ...apis.flatMap((api) => api.children.operation)])
    if (target.attributes.id === null && target.attributes.name === null)
      compiler.report(policyProblems.attributeMissing(target.name, "id", "name"), target.place);
}

/**
 * The limits that apply to a request: the first matching API and, in it, the first matching operation.
 * @param bare limits for an operation that do not name its API: they are about the API at hand
 */
export function limitsFor<L extends Target>(
  apis: readonly ApiElement<L>[],
  exchange: Exchange,
  bare: readonly L[] = [],
): ScopedLimit<L>[] {
  const { api, operation } = exchange;
  if (api === null) return [];
  const own = operation === null ? -1 : bare.findIndex((target) => isTarget(target, operation));
  const first: ScopedLimit<L>[] = own < 0 ? [] : [{ element: bare[own]!, key: ["operation", String(own)] }];
  return [...first, ...limitsOfApis(apis, exchange)];
}

function limitsOfApis<L extends Target>(apis: readonly ApiElement<L>[], exchange: Exchange): ScopedLimit<L>[] {
  const { api, operation } = exchange;
  if (api === null || apis.length === 0) return [];
  const apiIndex = apis.findIndex((target) => isTarget(target, api));
  if (apiIndex < 0) return [];
  const found = apis[apiIndex]!;
  const limits: ScopedLimit<L>[] = [{ element: found, key: ["api", String(apiIndex)] }];
  const operations = found.children.operation;
  const index = operation === null ? -1 : operations.findIndex((target) => isTarget(target, operation));
  if (index >= 0) limits.push({ element: operations[index]!, key: ["api", String(apiIndex), "operation", String(index)] });
  return limits;
}

function isTarget({ attributes }: Target, entity: { readonly id: string; readonly name: string }): boolean {
  const id = attributes.id?.literal;
  return id === undefined ? attributes.name?.literal === entity.name : id === entity.id;
}
