import { raise } from "../../runtime/exceptions.js";
import { chargeText } from "../../runtime/text-work.js";
import { type CallSite, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import type { NetArray } from "../../types/values.js";
import type { NetTypeObject } from "../type.js";
import { jsonError } from "./errors.js";
import { readJson } from "./reader.js";
import { deserialize } from "./serialize/deserialize.js";
import { tokenOfValue } from "./serialize/serialize.js";
import type { JsonSerializerSettings } from "./serialize/settings.js";
import { JToken } from "./token.js";
import { SETTINGS } from "./type-names.js";
import { writeJson } from "./writer.js";

type Settings = JsonSerializerSettings | null;

const INDENTED = 1;

function serialize(site: CallSite, value: unknown, formatting: number, settings: Settings = null): string {
  const token = value instanceof JToken ? value : tokenOfValue(site, value, { ignoreNulls: settings?.ignoresNulls ?? false });
  return writeJson(token, formatting === INDENTED || (settings?.isIndented ?? false), site.run);
}

/** True if the text is nothing but white space. */
const isBlank = (text: string) => /^\s*$/.test(text);

/** `JsonConvert.DeserializeObject<T>(text, settings)` of a text whose work is charged already, in raw form. Throws what that throws. */
export function deserializeJson(site: CallSite, text: string, type: NetType, settings: JsonSerializerSettings): unknown {
  return readCharged(site, text, type, false, settings);
}

function read(site: CallSite, text: string | null, type: NetType, boxed: boolean, settings: Settings = null): unknown {
  if (text === null) throw raise.argumentNull("value");
  chargeText(site.run, text, keepsTokens(type) ? 1 : 2);
  return readCharged(site, text, type, boxed, settings);
}

/** True if what was read is handed out as it is, not made into values of other types. */
const keepsTokens = ({ definitionName }: NetType) =>
  definitionName === "System.Object" || definitionName.startsWith("Newtonsoft.Json.Linq.J");

function readCharged(site: CallSite, text: string, type: NetType, boxed: boolean, settings: Settings): unknown {
  if (isBlank(text)) {
    if (!type.isValueType || type.underlying !== null) return null;
    throw jsonError.serialization(
      `No JSON content found and type '${type.fullName}' is not nullable. Path '', line 0, position 0.`,
    );
  }
  const token = readJson(text, site.run, "JToken", { dates: false, keepsNumbers: !keepsTokens(type) });
  return deserialize(site, token, type, settings === null || settings.readsDates ? "text" : "plain text", boxed);
}

const objectOf = (site: CallSite) => site.scope.find("System.Object")!;

const typed = withCall((site: CallSite, text: string | null, type: NetTypeObject | null, settings: unknown = null) =>
  read(site, text, type?.type ?? objectOf(site), true, settingsOf(settings)),
);

/** Converters, which may stand in the place of settings, have no effect: there are none to be made. */
function settingsOf(argument: unknown): Settings {
  return argument !== null && typeof argument === "object" && "values" in argument ? (argument as JsonSerializerSettings) : null;
}

const CONVERTERS = "params Newtonsoft.Json.JsonConverter[] converters";
const FORMATTING = "Newtonsoft.Json.Formatting formatting";

/** Newtonsoft.Json.JsonConvert. */
export const jsonConvertType: TypeDeclaration = defineType("static class Newtonsoft.Json.JsonConvert", {
  "static string SerializeObject(object value)": withCall((site, value: unknown) => serialize(site, value, 0)),
  [`static string SerializeObject(object value, ${FORMATTING})`]: withCall((site, value: unknown, formatting: number) =>
    serialize(site, value, formatting),
  ),
  [`static string SerializeObject(object value, ${CONVERTERS})`]: withCall((site, value: unknown, _converters: NetArray | null) =>
    serialize(site, value, 0),
  ),
  [`static string SerializeObject(object value, ${FORMATTING}, ${CONVERTERS})`]: withCall(
    (site, value: unknown, formatting: number) => serialize(site, value, formatting),
  ),
  [`static string SerializeObject(object value, ${SETTINGS})`]: withCall((site, value: unknown, settings: Settings) =>
    serialize(site, value, 0, settings),
  ),
  [`static string SerializeObject(object value, Type type, ${SETTINGS})`]: withCall(
    (site, value: unknown, _type: unknown, settings: Settings) => serialize(site, value, 0, settings),
  ),
  [`static string SerializeObject(object value, ${FORMATTING}, ${SETTINGS})`]: withCall(serialize),
  [`static string SerializeObject(object value, Type type, ${FORMATTING}, ${SETTINGS})`]: withCall(
    (site, value: unknown, _type: unknown, formatting: number, settings: Settings) =>
      serialize(site, value, formatting, settings),
  ),

  "static object DeserializeObject(string value)": withCall((site, text: string | null) =>
    read(site, text, objectOf(site), true),
  ),
  [`static object DeserializeObject(string value, ${SETTINGS})`]: withCall((site, text: string | null, settings: Settings) =>
    read(site, text, objectOf(site), true, settings),
  ),
  "static object DeserializeObject(string value, Type type)": typed,
  [`static object DeserializeObject(string value, Type type, ${CONVERTERS})`]: typed,
  [`static object DeserializeObject(string value, Type type, ${SETTINGS})`]: typed,
  "static T DeserializeObject<T>(string value)": withCall((site, text: string | null) =>
    read(site, text, site.typeArguments[0]!, false),
  ),
  [`static T DeserializeObject<T>(string value, ${CONVERTERS})`]: withCall((site, text: string | null) =>
    read(site, text, site.typeArguments[0]!, false),
  ),
  [`static T DeserializeObject<T>(string value, ${SETTINGS})`]: withCall((site, text: string | null, settings: Settings) =>
    read(site, text, site.typeArguments[0]!, false, settings),
  ),
});
