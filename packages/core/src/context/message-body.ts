import { type CallSite, defineType, type TypeDeclaration, withCall } from "@turnpike/expressions";
import { type JsonSerializerSettings, NetObject } from "@turnpike/expressions/values";
import { type BodyHolder, readBody, readForm, readJsonBody } from "./body.js";

/** `IMessageBody` of a message. */
export class BodyView extends NetObject {
  constructor(readonly message: BodyHolder) {
    super();
  }

  override get declaration(): TypeDeclaration {
    return bodyType;
  }
}

const JSON_PARAMETERS = "bool preserveContent = false, Newtonsoft.Json.JsonSerializerSettings settings = null";

/** Reads the body as JSON of one kind, by a serializer's settings where they are given. */
const asJson = (type: string) =>
  withCall((site: CallSite, { message }: BodyView, preserve: boolean, settings: JsonSerializerSettings | null) =>
    readJsonBody(site, message, preserve, site.scope.find(`Newtonsoft.Json.Linq.${type}`)!, settings),
  );

/** The members of `IMessageBody`. */
export const bodyType = defineType("interface IMessageBody", {
  "T As<T>(bool preserveContent = false)": withCall((site: CallSite, { message }: BodyView, preserve: boolean) =>
    readBody(site, message, preserve),
  ),
  [`Newtonsoft.Json.Linq.JObject AsJObject(${JSON_PARAMETERS})`]: asJson("JObject"),
  [`Newtonsoft.Json.Linq.JArray AsJArray(${JSON_PARAMETERS})`]: asJson("JArray"),
  [`Newtonsoft.Json.Linq.JToken AsJToken(${JSON_PARAMETERS})`]: asJson("JToken"),
  "System.Collections.Generic.IDictionary<string, System.Collections.Generic.IList<string>> AsFormUrlEncodedContent(bool preserveContent = false)":
    withCall((site: CallSite, { message }: BodyView, preserve: boolean) => readForm(site, message, preserve)),
});
