import { type SetAside, SetAsideParts } from "../config/set-aside.js";
import { configurationShape } from "../config/shape.js";
import type { LoadedConfiguration } from "../config/source.js";
import { ConfigurationError, type Diagnostic } from "../diagnostics/diagnostic.js";
import { ownedBy } from "../diagnostics/owner.js";
import type { ApiModel, OperationModel, ProductModel, ResolverModel } from "../model/model.js";
import { PolicyError } from "../policy/error.js";
import { checkData } from "../yaml/check-data.js";

/** A configuration without the entities that cannot be used for what was found while it was read. */
export interface Usable {
  readonly loaded: LoadedConfiguration;
  readonly parts: SetAsideParts;
}

/** The errors among findings. */
export const errorsOf = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === "error");

/**
 * What of a configuration has the shape that it must have, and can be read.
 * @throws ConfigurationError if something is wrong with it as a whole
 */
export function usablePart(source: LoadedConfiguration): Usable {
  const parts = new SetAsideParts((source.written ?? {}) as object);
  let errors = errorsOf(source.diagnostics);
  while (errors.length > 0) {
    setAside(parts, errors, source.diagnostics);
    errors = checkData(parts.rest(), configurationShape, "The configuration").map(({ path, problem }) =>
      ownedBy({ ...problem, file: source.file, line: 1, column: 1 }, path),
    );
  }
  return { loaded: source.with(parts.rest()), parts };
}

/** Sets aside what errors are about. @throws ConfigurationError if one is about no entity: nothing can be served in spite of it */
export function setAside(parts: SetAsideParts, errors: readonly Diagnostic[], all: readonly Diagnostic[]): void {
  if (parts.add(errors).length > 0) throw new ConfigurationError(all);
}

/** What a snapshot is in force without. */
export class Quarantine {
  private readonly byModel = new Map<object, SetAside>();
  /** Set if nothing can be served: the global policy cannot be used. */
  private readonly everything: SetAside | null;

  /** @param places where the entities stand that requests meet */
  constructor(
    readonly entities: readonly SetAside[],
    parts: SetAsideParts,
    places: ReadonlyMap<ApiModel | OperationModel | ProductModel | ResolverModel, readonly (string | number)[]>,
  ) {
    const byPath = new Map(entities.map((entity) => [JSON.stringify(entity.path), entity]));
    const at = (path: readonly (string | number)[]): SetAside | undefined =>
      parts.isStub(path) ? byPath.get(JSON.stringify(path)) : undefined;
    this.everything = at(["policy"]) ?? null;
    for (const [model, path] of places) {
      const entity = at(path) ?? (path[0] === "workspaces" ? at(path.slice(0, 2)) : undefined);
      if (entity !== undefined) this.byModel.set(model, entity);
    }
  }

  /** Why a request cannot be served that comes to an API, operation or product; null if it can. */
  refusal(model: ApiModel | OperationModel | ProductModel | null | undefined): PolicyError | null {
    const entity = this.everything ?? (model == null ? undefined : this.byModel.get(model));
    if (entity === undefined || entity === null) return null;
    const { kind, id, finding } = entity;
    const { file, line, column, code, message } = finding;
    return new PolicyError({
      source: "configuration",
      reason: "EntitySetAside",
      message: `The ${kind} ${id} is set aside: ${file}:${line}:${column} ${code} ${message}`,
      status: 503,
      statusReason: "Service Unavailable",
      bodyMessage: "Service unavailable",
    });
  }
}
