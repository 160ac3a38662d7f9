import type { CosmosAnswer, CosmosRequest, DataSources, SqlRows, SqlStatement } from "../policy/services.js";

/** Rows for the statements of sql-data-source. */
export interface SqlRule {
  /** Everything given must hold. */
  readonly when?: {
    /** The statement without blanks around it: exact, or `/regex/`. */
    readonly statement?: string;
    /** Values of parameters, by names without @. */
    readonly parameters?: Readonly<Record<string, string | number | boolean | null>>;
  };
  readonly rows?: SqlRows;
  /** In place of rows: what the database fails with. */
  readonly fail?: string;
  /** How often the rule may be used. Default: for ever. */
  readonly times?: number;
}

/** Answers for the requests of cosmosdb-data-source. */
export interface CosmosRule {
  /** Everything given must hold. */
  readonly when?: {
    readonly operation?: "query" | "read" | "delete" | "insert" | "replace" | "upsert";
    readonly container?: string;
    readonly id?: string;
    /** Of a query: exact, or `/regex/`. */
    readonly statement?: string;
    readonly partitionKey?: string | number | boolean | null;
  };
  /** Of a query. */
  readonly items?: readonly unknown[];
  readonly continuationToken?: string | null;
  /** Of anything else; what is written is the answer to a write that says nothing. */
  readonly item?: unknown;
  /** In place of an answer: what the database fails with. */
  readonly fail?: string;
  readonly times?: number;
}

/** Databases of a test: rules, tried in order. */
export interface FakeDatabases {
  readonly sql?: readonly SqlRule[];
  readonly cosmos?: readonly CosmosRule[];
}

/** Databases made of rules. @param unexpected gets what no rule answers */
export function fakeDatabases({ sql = [], cosmos = [] }: FakeDatabases, unexpected: string[]): Required<DataSources> {
  const statements = counted(sql);
  const requests = counted(cosmos);
  return {
    async sql(request): Promise<SqlRows> {
      const rule = used(statements, ({ when = {} }) => fitsStatement(when, request));
      if (rule === null) throw unanswered(`the statement ${request.statement.trim()}`, unexpected);
      return rule.rows ?? [];
    },
    async cosmos(request): Promise<CosmosAnswer> {
      const rule = used(requests, ({ when = {} }) => fitsRequest(when, request));
      const { operation, container } = request;
      if (rule === null) throw unanswered(`the ${operation.kind} in the container ${container}`, unexpected);
      if (operation.kind === "query") return { items: rule.items ?? [], continuationToken: rule.continuationToken ?? null };
      return { item: rule.item ?? ("item" in operation ? operation.item : null) };
    },
  };
}

interface Counted<R> {
  readonly rule: R;
  left: number;
}

const counted = <R extends { readonly times?: number }>(rules: readonly R[]): Counted<R>[] =>
  rules.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }));

/** The first rule that fits and is not used up. Throws what it fails with. */
function used<R extends { readonly fail?: string }>(rules: readonly Counted<R>[], fits: (rule: R) => boolean): R | null {
  const found = rules.find(({ left, rule }) => left > 0 && fits(rule));
  if (found === undefined) return null;
  found.left--;
  if (found.rule.fail !== undefined) throw new Error(found.rule.fail);
  return found.rule;
}

function unanswered(what: string, unexpected: string[]): Error {
  unexpected.push(what);
  return new Error(`No rule answers ${what}.`);
}

function fitsStatement({ statement, parameters = {} }: NonNullable<SqlRule["when"]>, request: SqlStatement): boolean {
  const given = new Map(request.parameters.map(({ name, value }) => [name, value]));
  return (
    fitsText(statement, request.statement) &&
    Object.entries(parameters).every(([name, value]) => given.has(name) && given.get(name) === value)
  );
}

function fitsRequest(when: NonNullable<CosmosRule["when"]>, { operation, container }: CosmosRequest): boolean {
  return (
    (when.operation === undefined || when.operation === operation.kind) &&
    (when.container === undefined || when.container === container) &&
    (when.id === undefined || ("id" in operation && when.id === operation.id)) &&
    (when.partitionKey === undefined || when.partitionKey === operation.partitionKey) &&
    (when.statement === undefined || ("statement" in operation && fitsText(when.statement, operation.statement)))
  );
}

function fitsText(wanted: string | undefined, text: string): boolean {
  if (wanted === undefined) return true;
  const pattern = /^\/(.*)\/$/s.exec(wanted);
  return pattern === null ? wanted.trim() === text.trim() : new RegExp(pattern[1]!).test(text);
}
