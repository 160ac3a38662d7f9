/** Newtonsoft.Json and Newtonsoft.Json.Linq. */
import { defineEnum, type TypeDeclaration } from "../../types/declare.js";
import { arrayType } from "./array-type.js";
import { constructorType } from "./constructor-type.js";
import { containerType } from "./container-type.js";
import { equalityComparerType } from "./equality-comparer.js";
import { enumerableInterfaceType, extensionsType } from "./extensions.js";
import { jsonConvertType } from "./json-convert.js";
import { mergeTypes } from "./merge.js";
import type { Meter } from "./meter.js";
import { objectType } from "./object-type.js";
import { propertyType } from "./property-type.js";
import { type ReadOptions, type Root, readJson } from "./reader.js";
import { enumerableType } from "./sequences.js";
import { settingsTypes } from "./serialize/settings.js";
import type { JToken } from "./token.js";
import { tokenType } from "./token-members.js";
import { JTokenType } from "./token-type.js";
import { rawType, valueType } from "./value-type.js";

/** The types of Newtonsoft.Json and Newtonsoft.Json.Linq. */
export const newtonsoftTypes: readonly TypeDeclaration[] = [
  defineEnum("Newtonsoft.Json.Formatting", { None: 0, Indented: 1 }),
  defineEnum("Newtonsoft.Json.Linq.JTokenType", JTokenType),
  enumerableInterfaceType,
  enumerableType,
  tokenType,
  containerType,
  objectType,
  arrayType,
  constructorType,
  propertyType,
  valueType,
  rawType,
  extensionsType,
  equalityComparerType,
  ...mergeTypes,
  ...settingsTypes,
  jsonConvertType,
];

/**
 * Reads a JSON text into tokens, as `JToken.Parse` (or JObject's, JArray's) does: throws JsonReaderException (a NetException).
 * @param run charged by the length of the text, where an evaluation reads
 */
export function parseJson(text: string, run: Meter = null, options: ReadOptions = {}, what: Root = "JToken"): JToken {
  return readJson(text, run, what, options);
}

export { JArray, JConstructor } from "./array.js";
export { JContainer } from "./container.js";
export { tokenOf as jtokenOf } from "./content.js";
export { deserializeJson } from "./json-convert.js";
export { JObject } from "./object.js";
export { JProperty } from "./property.js";
export { tokenOfValue } from "./serialize/serialize.js";
export type { JsonSerializerSettings } from "./serialize/settings.js";
export { JToken } from "./token.js";
export { JTokenType } from "./token-type.js";
export { JRaw, JValue } from "./value.js";
export { writeJson } from "./writer.js";
