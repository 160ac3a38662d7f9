import { chargeText } from "../../runtime/text-work.js";
import { type CallSite, withCall } from "../../types/declare.js";
import { type Root, readJson } from "./reader.js";
import type { JToken } from "./token.js";

/** `JToken.Parse`, `JObject.Parse`, `JArray.Parse`: a text that takes more work than it may is refused before it is read. */
export const parseMember = (what: Root) =>
  withCall(({ run }: CallSite, text: string | null): JToken => {
    if (text !== null) chargeText(run, text);
    return readJson(text, run, what);
  });
