import { type CacheEntry, createGateway, createMemoryStore, type Exchange, Headers, plainValue } from "@turnpike/core";
import { expect, it } from "vitest";
import { document, url } from "./support.js";

const lookups = `<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />`;
const value = `<cache-lookup-value key="k" variable-name="v" default-value="none" />`;
const bytes = (text: string) => Buffer.from(text);

/** Sends a request to a gateway whose cache holds the same entry under every key. */
async function send(inbound: string, entry: Omit<CacheEntry, "storedAt">) {
  const errors: unknown[] = [];
  const { counters } = createMemoryStore();
  const found = { ...entry, storedAt: Date.now() };
  const gateway = await createGateway(
    {
      apis: {
        a: {
          path: "",
          serviceUrl: "https://backend.example",
          subscriptionRequired: false,
          policy: document(inbound),
          operations: { any: { method: "GET", urlTemplate: "/*" } },
        },
      },
    },
    {
      store: { counters, cache: { get: () => found, set() {}, delete() {} } },
      logger: { debug() {}, info() {}, warn() {}, error: (fields) => void errors.push(fields) },
      transport: async () => ({ status: 200, reason: "OK", headers: new Headers(), body: bytes("backend") }),
    },
  );
  let exchange: Exchange | null = null;
  const { status, body } = await gateway.handle({ method: "GET", url, headers: [] }, { observe: (one) => void (exchange = one) });
  const { variables } = exchange! as Exchange;
  return { status, text: Buffer.from(body as Uint8Array).toString(), v: plainValue(variables.get("v")), errors };
}

it.each([
  ["no JSON", "{", ""],
  ["null", "null", ""],
  ["a list", "[]", ""],
  ["an unknown type", '{"type":"System.Weather"}', "x"],
  ["a number that is none", '{"type":"number"}', "x"],
  ["a number larger than an int", '{"type":"number"}', "99999999999"],
  ["a boolean that is none", '{"type":"boolean"}', "maybe"],
  ["a long that is none", '{"type":"System.Int64"}', "x"],
  ["a time that is none", '{"type":"System.DateTime"}', "today"],
  ["JSON that is none", '{"type":"Newtonsoft.Json.Linq.JObject"}', "{"],
  ["XML that is none", '{"type":"System.Xml.Linq.XElement"}', "<a"],
])("a cached value that somebody else has written is a miss: %s", async (_name, meta, text) => {
  const { status, v, errors } = await send(value, { meta, value: bytes(text) });
  expect([status, v, errors]).toEqual([200, "none", []]);
});

it.each([
  ["no JSON", "{"],
  ["null", "null"],
  ["a value's", '{"type":"string"}'],
  ["a status that is none", '{"status":"200","reason":"","headers":[],"duration":1}'],
  ["an informational status", '{"status":101,"reason":"","headers":[],"duration":1}'],
  ["headers that are no list", '{"status":200,"reason":"","headers":{"A":"b"},"duration":1}'],
  ["a header without a value", '{"status":200,"reason":"","headers":[["A"]],"duration":1}'],
  ["no duration", '{"status":200,"reason":"","headers":[]}'],
])("a cached response that somebody else has written is a miss: %s", async (_name, meta) => {
  const { status, text, errors } = await send(lookups, { meta, value: bytes("cached") });
  expect([status, text, errors]).toEqual([200, "backend", []]);
});

it("sound entries are hits", async () => {
  const response = '{"status":203,"reason":"Odd","headers":[["A","b"]],"duration":1}';
  expect(await send(lookups, { meta: response, value: bytes("cached") })).toMatchObject({ status: 203, text: "cached" });
  expect((await send(value, { meta: '{"type":"number"}', value: bytes("-7") })).v).toBe(-7);
  expect((await send(value, { meta: '{"type":"boolean"}', value: bytes("true") })).v).toBe(true);
});
