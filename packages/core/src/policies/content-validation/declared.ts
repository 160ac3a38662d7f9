import type { OperationModel, OperationResponseModel } from "../../model/model.js";

/** Names that an operation declares. */
interface DeclaredParameters {
  /** Those of the URL template's query part count as well. */
  readonly query: ReadonlySet<string>;
  /** Lower case. */
  readonly headers: ReadonlySet<string>;
}

const known = new WeakMap<OperationModel, DeclaredParameters>();

/** The names of an operation's parameters. */
export function declaredParameters(operation: OperationModel): DeclaredParameters {
  let declared = known.get(operation);
  if (declared === undefined) {
    declared = {
      query: new Set([
        ...queryNames(operation.urlTemplate),
        ...(operation.request?.queryParameters ?? []).map(({ name }) => name),
      ]),
      headers: new Set((operation.request?.headers ?? []).map(({ name }) => name.toLowerCase())),
    };
    known.set(operation, declared);
  }
  return declared;
}

function queryNames(template: string): string[] {
  const question = template.lastIndexOf("?");
  return question < 0
    ? []
    : template
        .slice(question + 1)
        .split("&")
        .map((pair) => pair.split("=", 1)[0]!);
}

/** The declared response for a status: its own, else that of its hundreds (`4XX`), else the default; null if none is declared. */
export function declaredResponse(operation: OperationModel, status: number): OperationResponseModel | null {
  const find = (code: number): OperationResponseModel | undefined =>
    operation.responses.find(({ statusCode }) => statusCode === code);
  return find(status) ?? find(Math.floor(status / 100)) ?? find(0) ?? null;
}
