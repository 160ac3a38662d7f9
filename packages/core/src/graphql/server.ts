import { setMaxListeners } from "node:events";
import { block, type CompiledPolicy } from "../compile/block.js";
import type { ApiModel, GraphqlLimits, ResolverModel } from "../model/model.js";
import { JsonNumber } from "../policies/bodies/json.js";
import type { GraphqlInfo, GraphqlResult, GraphqlType } from "../policies/content-validation/graphql-library.js";
import { plainJson, type Resolved, resolvedValue } from "../policies/graphql/resolved-value.js";
import { ResolverExchange } from "../policies/graphql/resolver-exchange.js";
import { linkedAbort } from "../policies/linked-abort.js";
import type { Exchange, GraphqlField } from "../policy/exchange.js";
import { noteFailure, toPolicyError } from "../policy/failure.js";
import type { Step } from "../policy/flow.js";
import { Allowance } from "./allowance.js";
import { type BackendPart, backendPart } from "./backend-part.js";
import type { Caller } from "./caller.js";
import { type Query, QueryReader } from "./query.js";
import type { ApiSchema } from "./schema.js";

/** What the fields of one operation are resolved with. */
interface Run extends Caller {
  readonly allowance: Allowance;
  /** Objects that the server behind the API has given: their fields have the names that the query gives them. */
  readonly fromBackend: WeakSet<object>;
}

/** The field cannot be resolved: what callers are told. */
class FieldFault extends Error {}

/**
 * The server of a GraphQL API whose fields the gateway resolves itself: those that have a resolver by its document, the others from the object
 * that they belong to.
 */
export class GraphqlServer {
  readonly reader: QueryReader;
  readonly limits: GraphqlLimits;
  private readonly resolvers: ReadonlyMap<string, Step>;

  constructor(
    readonly api: ApiModel,
    readonly schema: ApiSchema,
    resolvers: ReadonlyMap<ResolverModel, CompiledPolicy>,
  ) {
    this.limits = api.graphql!.limits;
    this.reader = new QueryReader(schema, this.limits);
    this.resolvers = new Map(
      [...resolvers].map(([resolver, policy]) => [`${resolver.type}/${resolver.field}`, named(policy, resolver)]),
    );
  }

  /** What the requests of one body, or one event, may use up together. */
  allowance({ runtime }: Exchange): Allowance {
    return new Allowance(this.limits, runtime.bodyLimit);
  }

  /** Runs an operation. @param root what its fields are of: the event of a subscription */
  async execute(query: Query, caller: Caller, allowance: Allowance, root: unknown = null): Promise<GraphqlResult> {
    const { signal, release } = linkedAbort(caller.signal);
    // Each resolver that runs listens to it.
    setMaxListeners(0, signal);
    const run: Run = { ...caller, signal, allowance, fromBackend: new WeakSet() };
    try {
      const part = await this.askBackend(query, run);
      const result = await this.schema.library.execute({
        schema: this.schema.schema,
        document: query.document,
        rootValue: part?.root ?? root,
        contextValue: run,
        variableValues: query.variables,
        operationName: query.operationName,
        fieldResolver: (source, given, context, info) => this.field(source, given, context as Run, info),
      });
      const further = (part?.errors ?? []).map((error) => ({ message: "", toJSON: () => error }));
      return further.length === 0 ? result : { ...result, errors: [...further, ...(result.errors ?? [])] };
    } finally {
      release();
    }
  }

  /** An API with a backend has that resolve what nobody else does, of queries and mutations. */
  private async askBackend(query: Query, run: Run): Promise<BackendPart | null> {
    if (this.api.serviceUrl === null || query.operation.operation === "subscription") return null;
    const part = await backendPart(this.schema, query, run, (field) => this.resolvers.has(field));
    mark(part?.root, run.fromBackend);
    return part;
  }

  private field(source: unknown, given: Readonly<Record<string, unknown>>, run: Run, info: GraphqlInfo): unknown {
    const step = this.resolvers.get(`${info.parentType.name}/${info.fieldName}`);
    const parent = typeof source === "object" && source !== null ? (source as Readonly<Record<string, unknown>>) : null;
    if (step === undefined) {
      const name = parent !== null && run.fromBackend.has(parent) ? String(info.path.key) : info.fieldName;
      const value = parent !== null && Object.hasOwn(parent, name) ? parent[name] : null;
      return this.admitted(value, run, info);
    }
    if (!run.allowance.takeCall())
      throw new FieldFault(`The request asks for more than ${this.limits.maxCalls} runs of resolvers.`);
    return run.allowance.run(() => this.resolve(step, { arguments: given, parent }, run, info));
  }

  private async resolve(step: Step, field: GraphqlField, run: Run, info: GraphqlInfo): Promise<unknown> {
    const { exchange, signal, observer } = run;
    const own = new ResolverExchange(exchange, field, signal, observer);
    let resolved: Resolved;
    try {
      const flow = step(own);
      if (typeof flow !== "string") await flow;
      resolved = await resolvedValue(own);
    } catch (thrown) {
      const failure = toPolicyError(thrown, own);
      noteFailure(exchange, failure);
      throw new FieldFault(`The field ${info.parentType.name}.${info.fieldName} could not be resolved.`);
    }
    return this.admitted(this.valueOf(resolved, info, run), run, info);
  }

  /** The value that a resolver's result is for a field of this type. */
  private valueOf(resolved: Resolved, { returnType, parentType, fieldName }: GraphqlInfo, { observer }: Run): unknown {
    const { library } = this.schema;
    const type = library.getNullableType(returnType);
    if ("value" in resolved) {
      const { value, isPage } = resolved;
      return isPage && library.isListType(type) ? (value as { readonly items: unknown }).items : value;
    }
    const { text } = resolved;
    if (text.trim() === "") return null;
    try {
      const value = plainJson(text);
      return isText(type) && typeof value === "object" && value !== null && !(value instanceof JsonNumber) ? text : value;
    } catch {
      if (library.isLeafType(type)) return text;
      observer?.message("graphql", "backend", `The result for ${parentType.name}.${fieldName} is no JSON.`, "error");
      throw new FieldFault(`The field ${parentType.name}.${fieldName} could not be resolved.`);
    }
  }

  /** Counts what goes into the answer before it does. */
  private admitted(value: unknown, { allowance }: Run, info: GraphqlInfo): unknown {
    const { library } = this.schema;
    const named = library.getNamedType(info.returnType);
    const inner = info.fieldNodes.reduce((count, { selectionSet }) => count + (selectionSet?.selections.length ?? 0), 0);
    const length = itemCount(value);
    if (!allowance.takeNodes(1 + length * (1 + inner)))
      throw new FieldFault(`The answer has more than ${this.limits.maxNodes} fields.`);
    if (!library.isLeafType(named)) return value;
    const leaf = leafValue(value, named);
    if (!allowance.takeLeaf(leaf)) throw new FieldFault("The answer is too long.");
    return leaf;
  }
}

/** Marks all objects in a value. */
function mark(value: unknown, as: WeakSet<object>): void {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) as.add(value);
  for (const inner of Object.values(value)) mark(inner, as);
}

/** A resolver's document as a step; traces and errors name the resolver. */
function named({ info, ...policy }: CompiledPolicy, { id }: ResolverModel): Step {
  return block([{ ...policy, info: { ...info, policyId: info.policyId ?? id } }]);
}

/** Items of a list, and of the lists in it. */
function itemCount(value: unknown): number {
  if (!Array.isArray(value)) return 0;
  return value.reduce((count: number, item) => count + itemCount(item), value.length);
}

const isText = ({ name }: GraphqlType): boolean => name === "String" || name === "ID";

/** Whole numbers that JavaScript cannot hold: texts for ids, and what comes nearest for numbers of GraphQL's own; other scalars take them as they are. */
function leafValue(value: unknown, type: GraphqlType): unknown {
  if (Array.isArray(value)) return value.map((item) => leafValue(item, type));
  if (!(value instanceof JsonNumber)) return value;
  if (isText(type)) return value.text;
  return type.name === "Int" || type.name === "Float" ? Number(value.text) : value;
}
