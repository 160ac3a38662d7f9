import { type CallSite, defineType, type TypeDeclaration, withCall } from "@turnpike/expressions";
import { NetObject } from "@turnpike/expressions/values";
import { type BodyHolder, readBody, readForm } from "./body.js";

/** `IMessageBody` of a message. */
export class BodyView extends NetObject {
  constructor(readonly message: BodyHolder) {
    super();
  }

  override get declaration(): TypeDeclaration {
    return bodyType;
  }
}

/** The members of `IMessageBody`. */
export const bodyType = defineType("interface IMessageBody", {
  "T As<T>(bool preserveContent = false)": withCall((site: CallSite, { message }: BodyView, preserve: boolean) =>
    readBody(site, message, preserve),
  ),
  "System.Collections.Generic.IDictionary<string, System.Collections.Generic.IList<string>> AsFormUrlEncodedContent(bool preserveContent = false)":
    withCall((site: CallSite, { message }: BodyView, preserve: boolean) => readForm(site, message, preserve)),
});
