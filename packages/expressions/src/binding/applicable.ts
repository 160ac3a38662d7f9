import type { Place } from "../diagnostics/diagnostic.js";
import type { MethodSymbol, NetType, ParameterSymbol, PropertySymbol } from "../types/net-type.js";
import type { Operand } from "./operand.js";

/** What can be called with arguments: a method, constructor, operator, or an indexer. */
export type Callable = MethodSymbol | PropertySymbol;

/** One argument as bound, before its parameter is known. */
export interface CallArgument extends Place {
  readonly operand: Operand;
  readonly name: string | null;
  readonly mode: "value" | "ref" | "out";
  /** What an extension method is called on. */
  readonly isReceiver?: true;
}

/** How the arguments of a call meet the parameters of one candidate. */
export interface Applicable {
  readonly callable: Callable;
  /** For each parameter the index of its argument; null: its default (or, for an expanded `params`, none). */
  readonly positions: readonly (number | null)[];
  readonly isExpanded: boolean;
  /** Index of the first argument that an expanded `params` takes. */
  readonly restFrom: number;
}

/** The parameter type that an argument meets. */
function parameterTypeFor(applicable: Applicable, parameter: number): NetType {
  const { type } = applicable.callable.parameters[parameter]!;
  return applicable.isExpanded && parameter === applicable.callable.parameters.length - 1 ? type.elementType! : type;
}

/** The parameter of each argument. */
export function parametersOfArguments(applicable: Applicable, count: number): { parameter: ParameterSymbol; type: NetType }[] {
  const result = new Array<{ parameter: ParameterSymbol; type: NetType }>(count);
  const { parameters } = applicable.callable;
  applicable.positions.forEach((argument, i) => {
    if (argument !== null) result[argument] = { parameter: parameters[i]!, type: parameterTypeFor(applicable, i) };
  });
  if (applicable.isExpanded) {
    const last = parameters.length - 1;
    const type = parameterTypeFor(applicable, last);
    for (let i = applicable.restFrom; i < count; i++) result[i] ??= { parameter: parameters[last]!, type };
  }
  return result;
}
