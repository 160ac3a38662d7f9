import { defineType, type TypeDeclaration } from "../../../types/declare.js";
import { NetObject } from "../../../types/values.js";
import { DateTime } from "../date-time.js";
import { DateTimeKind } from "../parse-styles.js";
import { TimeSpan } from "../time-span.js";
import { timeZoneInfoType } from "./time-zone-info-type.js";
import { transitionTypes } from "./transition.js";

/** System.TimeZone, the older form: it knows the current zone only, which is UTC. */
class TimeZone extends NetObject {
  override get declaration() {
    return timeZoneType;
  }
}

const current = new TimeZone();

const timeZoneType: TypeDeclaration = defineType("abstract class System.TimeZone", {
  "static TimeZone CurrentTimeZone { get; }": () => current,
  "string StandardName { get; }": () => "UTC",
  "string DaylightName { get; }": () => "UTC",
  "TimeSpan GetUtcOffset(DateTime time)": () => TimeSpan.zero,
  "DateTime ToLocalTime(DateTime time)": (_self: TimeZone, time: DateTime) => new DateTime(time.ticks, DateTimeKind.Local),
  "DateTime ToUniversalTime(DateTime time)": (_self: TimeZone, time: DateTime) => new DateTime(time.ticks, DateTimeKind.Utc),
  "bool IsDaylightSavingTime(DateTime time)": () => false,
});

/** System.TimeZoneInfo with its nested types, and System.TimeZone. */
export const timeZoneTypes: readonly TypeDeclaration[] = [timeZoneInfoType, ...transitionTypes, timeZoneType];
