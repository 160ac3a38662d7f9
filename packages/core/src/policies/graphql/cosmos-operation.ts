import { plainValue } from "../../context/plain-value.js";
import { type DocumentedError, internalError } from "../../policy/declared-error.js";
import type { BoundChild, PolicyCompiler } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Step } from "../../policy/flow.js";
import type { CosmosOperation, CosmosPartitionKey } from "../../policy/services.js";
import { writtenContent } from "../integration/written-content.js";
import { literalText, textValue } from "../text.js";
import { setBody } from "../transformation/set-body.js";
import type { deleteRequest, etag, partitionKey, queryRequest, readRequest, writeRequest } from "./cosmos-children.js";
import { dataSourceProblems } from "./problems.js";

const CONSISTENCY: Readonly<Record<string, string>> = {
  "bounded-staleness": "BoundedStaleness",
  "consistent-prefix": "ConsistentPrefix",
  eventual: "Eventual",
  session: "Session",
  strong: "Strong",
};

const itemInvalid = internalError(
  "the item to be written is no JSON object",
  "DataSourceFailed",
  "The item to be written is no JSON object.",
);
const valueInvalid = internalError(
  "a partition key or a page's size is not of its type",
  "DataSourceFailed",
  "The value of {element} is not of the type {type}.",
);
const idMissing = internalError(
  "an item's id is empty, or there is none where type is replace",
  "DataSourceFailed",
  "The item has no id.",
);

/** How what is wanted of Cosmos DB cannot be said. */
export const operationErrors: readonly DocumentedError[] = [itemInvalid, valueInvalid, idMissing];

/** The requests of a document, of which there is one. */
export type CosmosChildren = Readonly<{
  "query-request": readonly BoundChild<typeof queryRequest>[];
  "read-request": readonly BoundChild<typeof readRequest>[];
  "delete-request": readonly BoundChild<typeof deleteRequest>[];
  "write-request": readonly BoundChild<typeof writeRequest>[];
}>;

/** Made for a run of the resolver. */
export type Made<T> = (exchange: Exchange) => Promise<T>;

/** Compiles the one request of a document. */
export function operationOf(children: CosmosChildren, compiler: PolicyCompiler): Made<CosmosOperation> {
  const [query] = children["query-request"];
  if (query !== undefined) return queryOf(query, compiler);
  const [read] = children["read-request"];
  if (read !== undefined) {
    const id = idOf(read.children.id, compiler);
    const key = keyOf(read.children["partition-key"], compiler);
    return async (exchange) => ({ kind: "read", id: await needed(id(exchange)), partitionKey: await key?.(exchange) });
  }
  const [removal] = children["delete-request"];
  if (removal !== undefined) {
    const common = itemRequest(removal, compiler);
    return async (exchange) => {
      const made = await common(exchange);
      return { kind: "delete", ...made, id: await needed(Promise.resolve(made.id)) };
    };
  }
  const [write] = children["write-request"];
  return write === undefined ? () => Promise.reject(itemInvalid.error()) : writeOf(write, compiler);
}

function queryOf({ attributes, children }: BoundChild<typeof queryRequest>, compiler: PolicyCompiler): Made<CosmosOperation> {
  const statement = textValue(children["sql-statement"][0]?.text ?? null);
  const parameters = children.parameters.flatMap((list) =>
    list.children.parameter.map(({ attributes: { name }, text: value }) => {
      const written = name.literal!.trim();
      return { name: written.startsWith("@") ? written : `@${written}`, value };
    }),
  );
  const key = keyOf(children["partition-key"], compiler);
  const [paging] = children.paging;
  const size = paging === undefined ? null : textOf(paging.children["max-item-count"], compiler);
  const token = paging === undefined ? null : textOf(paging.children["continuation-token"], compiler);
  return async (exchange) => {
    const sizeText = (await size?.(exchange)) ?? "-1";
    const most = Number(sizeText === "" ? "-1" : sizeText);
    if (!Number.isSafeInteger(most)) throw valueInvalid.error({ element: "max-item-count", type: "number" });
    return {
      kind: "query",
      statement: statement.get(exchange) || "SELECT * FROM c",
      parameters: parameters.map(({ name, value }) => ({
        name,
        value: value === null ? "" : value.literal === undefined ? plainValue(value.get(exchange)) : literalText(value),
      })),
      ...(key === null ? {} : { partitionKey: await key(exchange) }),
      lowPrecisionOrderBy: attributes["enable-low-precision-order-by"]?.literal === true,
      maxItemCount: most < 1 ? null : most,
      continuationToken: (await token?.(exchange)) || null,
    };
  };
}

function writeOf(element: BoundChild<typeof writeRequest>, compiler: PolicyCompiler): Made<CosmosOperation> {
  const common = itemRequest(element, compiler);
  const { type, "indexing-directive": indexing } = element.attributes;
  const [body] = element.children["set-body"];
  const write = body === undefined ? null : setBody.compile(body, { ...compiler, section: "inbound" });
  if (type.literal === "replace" && element.children.id.length === 0)
    compiler.report(dataSourceProblems.replacedIdMissing(), element.place);
  return async (exchange) => {
    const item = await itemOf(exchange, write);
    const { id, ...rest } = await common(exchange);
    const own = id === "" ? String(item["id"] ?? "") : id;
    if (own === "" && type.literal === "replace") throw idMissing.error();
    const directive = indexing.literal ?? "default";
    return {
      kind: type.literal!,
      ...rest,
      id: own,
      item: id === "" ? item : { ...item, id },
      indexingDirective: directive === "default" ? null : directive,
    };
  };
}

async function itemOf(exchange: Exchange, write: Step | null): Promise<Readonly<Record<string, unknown>>> {
  if (write === null) return { ...exchange.graphql?.arguments };
  await withJson(exchange, async () => void (await write(exchange)));
  let item: unknown = null;
  try {
    item = JSON.parse(Buffer.from(exchange.request.body.bytes ?? []).toString("utf8"));
  } catch {
    // It is none: told below.
  }
  if (typeof item !== "object" || item === null || Array.isArray(item)) throw itemInvalid.error();
  return item as Readonly<Record<string, unknown>>;
}

type ItemElement = Pick<BoundChild<typeof deleteRequest>, "attributes"> & {
  readonly children: Pick<BoundChild<typeof deleteRequest>["children"], "id" | "partition-key" | "etag">;
};
type ItemRequest = Omit<Extract<CosmosOperation, { readonly kind: "delete" }>, "kind">;

/** What requests about one item have in common; the id is empty where there is none. */
function itemRequest({ attributes, children }: ItemElement, compiler: PolicyCompiler): Made<ItemRequest> {
  const id = idOf(children.id, compiler);
  const key = keyOf(children["partition-key"], compiler);
  const [tag] = children.etag;
  const tagText = textOf(children.etag, compiler);
  const level = attributes["consistency-level"]?.literal;
  return async (exchange) => {
    const value = (await tagText?.(exchange)) ?? "";
    return {
      id: await id(exchange),
      partitionKey: await key?.(exchange),
      etag: value === "" ? null : { value, isMatch: tag!.attributes.type.literal !== "no-match" },
      consistencyLevel: level === undefined ? null : CONSISTENCY[level]!,
      preTrigger: attributes["pre-trigger"]?.literal ?? null,
      postTrigger: attributes["post-trigger"]?.literal ?? null,
    };
  };
}

type WrittenElement = Pick<BoundChild<typeof etag>, "name" | "text" | "raw" | "place" | "path" | "placeOf"> & {
  readonly attributes: Pick<BoundChild<typeof etag>["attributes"], "template">;
};

/** The text of an element: literal, of an expression, or of a template; null without the element. */
function textOf(elements: readonly WrittenElement[], compiler: PolicyCompiler): Made<string> | null {
  const [element] = elements;
  if (element === undefined) return null;
  const isLiquid = element.attributes.template?.literal === "liquid";
  const content = writtenContent(element, compiler, ({ request }) => request, isLiquid);
  return async (exchange) => {
    let bytes: Uint8Array = new Uint8Array(0);
    await withJson(exchange, async () => {
      bytes = await content(exchange);
    });
    return Buffer.from(bytes).toString("utf8").trim();
  };
}

/** Does something while the request says of its body that it is JSON, as the arguments are. */
async function withJson({ request }: Exchange, work: () => Promise<void>): Promise<void> {
  request.headers.set("Content-Type", "application/json");
  await work();
}

const idOf = (elements: readonly WrittenElement[], compiler: PolicyCompiler): Made<string> =>
  textOf(elements, compiler) ?? (() => Promise.resolve(""));

async function needed(id: Promise<string>): Promise<string> {
  const text = await id;
  if (text === "") throw idMissing.error();
  return text;
}

function keyOf(elements: readonly BoundChild<typeof partitionKey>[], compiler: PolicyCompiler): Made<CosmosPartitionKey> | null {
  const [element] = elements;
  const written = textOf(elements, compiler);
  if (element === undefined || written === null) return null;
  const type = element.attributes["data-type"].literal!;
  if (type === "none") return () => Promise.resolve(undefined);
  if (type === "null") return () => Promise.resolve(null);
  return async (exchange) => {
    const value = await written(exchange);
    if (type === "string") return value;
    if (type === "number" && value !== "" && Number.isFinite(Number(value))) return Number(value);
    if (type === "bool" && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === "true";
    throw valueInvalid.error({ element: "partition-key", type });
  };
}
