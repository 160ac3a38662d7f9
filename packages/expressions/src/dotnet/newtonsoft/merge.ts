import { defineEnum, defineType, type TypeDeclaration } from "../../types/declare.js";
import { NetObject } from "../../types/values.js";
import { keyOf } from "../object.js";
import { JArray, JConstructor } from "./array.js";
import { JContainer } from "./container.js";
import { isMany, itemsOfContent, tokenOf } from "./content.js";
import type { Meter } from "./meter.js";
import { JObject } from "./object.js";
import { JProperty } from "./property.js";
import type { JToken } from "./token.js";
import { JTokenType } from "./token-type.js";
import { JValue } from "./value.js";
import { writeJson } from "./writer.js";

const Arrays = { Concat: 0, Union: 1, Replace: 2, Merge: 3 } as const;
const Nulls = { Ignore: 0, Merge: 1 } as const;

/** Newtonsoft.Json.Linq.JsonMergeSettings. */
export class JsonMergeSettings extends NetObject {
  arrays: number = Arrays.Concat;
  nulls: number = Nulls.Ignore;

  override get declaration(): TypeDeclaration {
    return mergeSettingsType;
  }
}

const isNull = (token: JToken | null): boolean =>
  token === null || token.type === JTokenType.Null || token.type === JTokenType.Undefined;

/** `JContainer.Merge(content, settings)`. */
export function merge(target: JContainer, content: unknown, settings: JsonMergeSettings | null, meter: Meter): void {
  const by = settings ?? new JsonMergeSettings();
  if (target instanceof JObject) {
    if (content instanceof JObject) mergeObject(target, content, by, meter);
  } else if (target instanceof JArray || target instanceof JConstructor) mergeList(target, content, by, meter);
  else if (target instanceof JProperty && content instanceof JProperty && !isNull(content.value))
    target.setValue(content.value, meter);
}

function mergeObject(target: JObject, content: JObject, settings: JsonMergeSettings, meter: Meter): void {
  for (const token of content) {
    meter?.step();
    const { name, value } = token as JProperty;
    const existing = target.property(name);
    if (existing === null) target.addNew(name, value, meter);
    else if (value !== null) {
      const old = existing.value;
      if (old instanceof JContainer && old.type === value.type) merge(old, value, settings, meter);
      else if (!isNull(value) || settings.nulls === Nulls.Merge) existing.setValue(value, meter);
    }
  }
}

function contentItems(content: unknown): JToken[] | null {
  if (content instanceof JArray || content instanceof JConstructor) return [...content.children];
  return isMany(content) ? [...itemsOfContent(content)].map(tokenOf) : null;
}

function mergeList(target: JArray | JConstructor, content: unknown, settings: JsonMergeSettings, meter: Meter): void {
  const items = contentItems(content);
  if (items === null) return;
  meter?.steps(items.length);
  switch (settings.arrays) {
    case Arrays.Union:
      unite(target, items, meter);
      return;
    case Arrays.Replace:
      if (content === target) return;
      target.removeAll();
      break;
    case Arrays.Merge:
      items.forEach((item, i) => {
        mergeAt(target, i, item, settings, meter);
      });
      return;
    default:
  }
  for (const item of items) target.append(item, meter);
}

/** Adds the items that are not there yet, equal in depth. */
function unite(target: JArray | JConstructor, items: readonly JToken[], meter: Meter): void {
  const keyOfToken = (token: JToken) => (token instanceof JValue ? keyOf(token) : writeJson(token, false, meter));
  const known = new Set(target.children.map(keyOfToken));
  for (const item of items) {
    const key = keyOfToken(item);
    if (known.has(key)) continue;
    known.add(key);
    target.append(item, meter);
  }
}

function mergeAt(target: JArray | JConstructor, index: number, item: JToken, settings: JsonMergeSettings, meter: Meter): void {
  const old = target.children[index];
  if (old === undefined) target.append(item, meter);
  else if (old instanceof JContainer) merge(old, item, settings, meter);
  else if (!isNull(item)) target.replaceAt(index, item, meter);
}

const mergeSettingsType: TypeDeclaration = defineType(
  "class Newtonsoft.Json.Linq.JsonMergeSettings",
  {
    "new()": () => new JsonMergeSettings(),
    "MergeArrayHandling MergeArrayHandling { get; set; }": {
      get: (self: JsonMergeSettings) => self.arrays,
      set: (self: JsonMergeSettings, value: number) => {
        self.arrays = value;
      },
    },
    "MergeNullValueHandling MergeNullValueHandling { get; set; }": {
      get: (self: JsonMergeSettings) => self.nulls,
      set: (self: JsonMergeSettings, value: number) => {
        self.nulls = value;
      },
    },
  },
  { beyond: true },
);

/** The types that say how `Merge` works. */
export const mergeTypes: readonly TypeDeclaration[] = [
  defineEnum("Newtonsoft.Json.Linq.MergeArrayHandling", Arrays, { beyond: true }),
  defineEnum("Newtonsoft.Json.Linq.MergeNullValueHandling", Nulls, { beyond: true, flags: true }),
  mergeSettingsType,
];
