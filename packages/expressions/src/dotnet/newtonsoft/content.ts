import { objectForm } from "../../types/special-types.js";
import { NetArray, NetEnumerable } from "../../types/values.js";
import { box } from "../object.js";
import type { Meter } from "./meter.js";
import { JToken, type ParentToken } from "./token.js";
import { JValue } from "./value.js";

/** A value in object form as a token. Throws ArgumentException for values that JSON has no type for. */
export function tokenOf(value: unknown): JToken {
  return value instanceof JToken ? value : JValue.of(value);
}

/** True if it is several items of content: any sequence but text, bytes and tokens. */
export function isMany(content: unknown): content is NetArray | NetEnumerable {
  if (content instanceof NetArray) return !(content.items instanceof Uint8Array);
  return content instanceof NetEnumerable && !(content instanceof JToken);
}

/** The items of content in object form. */
export function* itemsOfContent(content: NetArray | NetEnumerable): Generator<unknown> {
  const { elementType } = content;
  for (const item of content) yield elementType === objectForm ? item : box(item, elementType);
}

/** `Add(content)`: a token, a value, or several. Returns how many tokens were added. */
export function addContent(container: ParentToken, index: number, content: unknown, meter: Meter): number {
  if (!isMany(content)) {
    container.insertAt(index, tokenOf(content), meter);
    return 1;
  }
  let added = 0;
  for (const item of itemsOfContent(content)) {
    meter?.step();
    added += addContent(container, index + added, item, meter);
  }
  return added;
}
