import type { ChildSchema } from "../../policy/define.js";
import { child, flag, many, oneOf, policyChild, text, valueChild } from "../../policy/schema.js";
import { includeFragment } from "../control-flow/include-fragment.js";
import { setBody } from "../transformation/set-body.js";

const template = oneOf(["liquid"], {
  notes: "liquid: the text is a Liquid template, which sees the field's arguments as `body.arguments`.",
});

const written = <const C extends Record<string, ChildSchema["attributes"][string]> = Record<never, never>>(
  min: number,
  notes: string,
  attributes: C = {} as C,
) => valueChild({ min, attributes: { ...attributes, template }, notes });

/** The key of a partition. */
export const partitionKey = written(0, "Partition key.", {
  "data-type": oneOf(["string", "number", "bool", "none", "null"], { default: "string", notes: "Type of the partition key." }),
});
/** An entity tag. */
export const etag = written(0, "Entity tag for optimistic concurrency.", {
  type: oneOf(["match", "no-match"], {
    default: "match",
    notes: "match: the item must have the tag still; no-match: it need not.",
  }),
});
const itemId = (min: number, notes: string) => written(min, notes);

const consistency = oneOf(["bounded-staleness", "consistent-prefix", "eventual", "session", "strong"], {
  notes: "Consistency of the request.",
});
const triggers = {
  "pre-trigger": text({ notes: "Registered pre-trigger." }),
  "post-trigger": text({ notes: "Registered post-trigger." }),
};

/** Runs a query. */
export const queryRequest = child({
  expressions: true,
  attributes: {
    "enable-low-precision-order-by": flag({ notes: "Query option of the service." }),
  },
  children: {
    "sql-statement": valueChild({ notes: "Cosmos SQL. Default: all items." }),
    parameters: child({
      expressions: true,
      children: {
        parameter: valueChild({
          max: many,
          attributes: {
            name: text({ required: true, notes: "Name with @." }),
            type: text({ undocumented: "no-effect", notes: "Data type; the value has one of its own." }),
          },
          notes: "Value: JSON of an expression, or a plain .NET value.",
        }),
      },
      notes: "Values for the statement.",
    }),
    "partition-key": partitionKey,
    paging: child({
      expressions: true,
      children: {
        "max-item-count": written(1, "Items of a page; -1: no limit."),
        "continuation-token": written(1, "Where the page begins: `continuationToken` of the one before."),
      },
      notes: "One page, in place of all items.",
    }),
  },
  notes: "Runs a query.",
});

/** Reads one item. */
export const readRequest = child({
  expressions: true,
  children: { id: itemId(1, "The item's id."), "partition-key": partitionKey },
  notes: "Reads one item.",
});

/** Deletes one item. */
export const deleteRequest = child({
  expressions: true,
  attributes: { "consistency-level": consistency, ...triggers },
  children: { etag, id: itemId(1, "The item's id."), "partition-key": partitionKey },
  notes: "Deletes one item.",
});

/** Writes one item. */
export const writeRequest = child({
  expressions: true,
  attributes: {
    type: oneOf(["insert", "replace", "upsert"], { default: "upsert", notes: "Kind of write." }),
    "consistency-level": consistency,
    "indexing-directive": text({ default: "default", notes: "default, include or exclude: whether the item is indexed." }),
    ...triggers,
    "enable-content-response-on-write": flag({ undocumented: "no-effect", notes: "The answer always holds the item." }),
  },
  children: {
    id: itemId(0, "The item's id; needed for replace, else the id of the body counts."),
    "partition-key": partitionKey,
    etag,
    "set-body": policyChild(setBody, { notes: "The item; without it the field's arguments." }),
    "include-fragment": policyChild(includeFragment, { max: many, undocumented: "works", notes: "A fragment, in place." }),
  },
  notes: "Writes one item.",
});
