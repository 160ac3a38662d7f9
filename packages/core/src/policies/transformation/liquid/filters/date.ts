import { NetException } from "@turnpike/expressions";
import { DateTime, DateTimeKind, parseDateTime } from "@turnpike/expressions/values";
import { plainText } from "../numbers.js";
import type { Rendering } from "../rendering.js";
import { any, type Filter, filter2, text } from "./filter.js";
import { isBlank } from "./text.js";

/** `now` and `today` are both the current time; null for what is no date. */
function readDate(value: string, r: Rendering): DateTime | null {
  const word = value.toLowerCase();
  if (word === "now" || word === "today")
    return new DateTime(DateTime.fromUnixMilliseconds(r.run.host.now()).ticks, DateTimeKind.Local);
  const parsed = parseDateTime(r.site, value);
  return parsed instanceof NetException ? null : parsed;
}

function formatted(r: Rendering, input: unknown, format: string | null): unknown {
  if (input === null) return null;
  const isUnformatted = format === null || isBlank(format);
  if (input instanceof DateTime) return input.toFormat(isUnformatted ? "" : format);
  const value = plainText(input);
  const date = readDate(value, r);
  if (date === null) return value;
  if (isUnformatted) return /^(?:now|today)$/i.test(value) ? date.toFormat("") : value;
  r.run.allocate(format.length);
  return date.toFormat(format);
}

/** Filters for dates. */
export const dateFilters: Readonly<Record<string, Filter>> = {
  Date: filter2(any("input"), text("format"), formatted),
};
