import { raise } from "../../../runtime/exceptions.js";
import { type CallSite, defineType, type Implementation, type TypeDeclaration, withCall } from "../../../types/declare.js";
import { NetArray } from "../../../types/values.js";
import { ReadOnlyCollection } from "../../collections/index.js";
import { TICKS_PER_MINUTE } from "../calendar.js";
import { DateTime } from "../date-time.js";
import { DateTimeOffset } from "../date-time-offset.js";
import { nowTicks } from "../date-time-type.js";
import { DateTimeKind } from "../parse-styles.js";
import { TimeSpan } from "../time-span.js";
import { allZones, customZone, findZone, type TimeZoneInfo, timeZoneInfoHeader, utcZone } from "./time-zone-info.js";
import type { AdjustmentRule } from "./transition.js";

/** The members of System.TimeZoneInfo and System.TimeZone. */

const span = (minutes: number) => new TimeSpan(BigInt(minutes) * TICKS_PER_MINUTE);

function needed(zone: TimeZoneInfo | null, name: string): TimeZoneInfo {
  if (zone === null) throw raise.argumentNull(name);
  return zone;
}

/** A DateTime of a zone: UTC and the local zone have kinds of their own. */
function inZone(zone: TimeZoneInfo, utcTicks: bigint): DateTime {
  return new DateTime(zone.fromUtc(utcTicks), zone === utcZone ? DateTimeKind.Utc : DateTimeKind.Unspecified);
}

/** The moment that a DateTime stands for: local time is UTC. */
function convert(value: DateTime, destination: TimeZoneInfo | null): DateTime {
  return inZone(needed(destination, "destinationTimeZone"), value.ticks);
}

const wrongKind = () =>
  raise.argument(
    "The conversion could not be completed because the supplied DateTime did not have the Kind property set correctly.  For example, when the Kind property is DateTimeKind.Local, the source time zone must be TimeZoneInfo.Local.",
    "sourceTimeZone",
  );

/** The ticks in UTC of a clock time in a zone; the kind must fit. */
function toUtcTicks(value: DateTime, source: TimeZoneInfo | null): bigint {
  const zone = needed(source, "sourceTimeZone");
  if (value.kind !== DateTimeKind.Unspecified && zone !== utcZone) throw wrongKind();
  return zone.toUtc(value.ticks);
}

function convertBetween(value: DateTime, source: TimeZoneInfo | null, destination: TimeZoneInfo | null): DateTime {
  return inZone(needed(destination, "destinationTimeZone"), toUtcTicks(value, source));
}

function convertOffset(value: DateTimeOffset, destination: TimeZoneInfo | null): DateTimeOffset {
  const zone = needed(destination, "destinationTimeZone");
  return DateTimeOffset.ofUtc(value.utcTicks, zone.rules.offsetAt(value.utcTicks));
}

function fromUtc(value: DateTime, zone: TimeZoneInfo | null): DateTime {
  if (value.kind === DateTimeKind.Local && zone !== utcZone) throw wrongKind();
  return inZone(needed(zone, "destinationTimeZone"), value.ticks);
}

/** Minutes ahead of UTC at a DateTime: a clock time of the zone unless its kind says otherwise. */
function offsetAt(zone: TimeZoneInfo, value: DateTime): number {
  return value.kind === DateTimeKind.Unspecified ? zone.offsetOfLocal(value.ticks) : zone.rules.offsetAt(value.ticks);
}

const localTicks = (zone: TimeZoneInfo, value: DateTime) =>
  value.kind === DateTimeKind.Unspecified ? value.ticks : zone.fromUtc(value.ticks);

function isDaylight(zone: TimeZoneInfo, value: DateTime): boolean {
  const offset = offsetAt(zone, value);
  return zone.isDaylight(localTicks(zone, value) - BigInt(offset) * TICKS_PER_MINUTE);
}

function ambiguousOffsets(site: CallSite, zone: TimeZoneInfo, ticks: bigint): NetArray {
  const offsets = zone.ambiguousOffsets(ticks);
  if (offsets.length === 0) throw raise.argument("The supplied DateTime is not in an ambiguous time range.", "dateTime");
  return new NetArray(site.scope.find("System.TimeSpan")!, offsets.map(span));
}

const find = (site: CallSite, id: string | null) => findZone(id, nowTicks(site));
const rulesIn = (rules: NetArray | null) => (rules === null ? [] : ([...rules.items] as AdjustmentRule[]));

const createMembers: Record<string, Implementation> = {
  "static TimeZoneInfo CreateCustomTimeZone(string id, TimeSpan baseUtcOffset, string displayName, string standardDisplayName)": (
    id: string | null,
    base: TimeSpan,
    display: string | null,
    standard: string | null,
  ) => customZone(id, base, display, standard, standard, []),
  "static TimeZoneInfo CreateCustomTimeZone(string id, TimeSpan baseUtcOffset, string displayName, string standardDisplayName, string daylightDisplayName, TimeZoneInfo+AdjustmentRule[] adjustmentRules)":
    (
      id: string | null,
      base: TimeSpan,
      display: string | null,
      standard: string | null,
      daylight: string | null,
      rules: NetArray | null,
    ) => customZone(id, base, display, standard, daylight, rulesIn(rules)),
  "static TimeZoneInfo CreateCustomTimeZone(string id, TimeSpan baseUtcOffset, string displayName, string standardDisplayName, string daylightDisplayName, TimeZoneInfo+AdjustmentRule[] adjustmentRules, bool disableDaylightSavingTime)":
    (
      id: string | null,
      base: TimeSpan,
      display: string | null,
      standard: string | null,
      daylight: string | null,
      rules: NetArray | null,
      isDisabled: boolean,
    ) => customZone(id, base, display, standard, isDisabled ? "" : daylight, isDisabled ? [] : rulesIn(rules)),
};

const convertMembers: Record<string, Implementation> = {
  "static DateTime ConvertTime(DateTime dateTime, TimeZoneInfo destinationTimeZone)": convert,
  "static DateTime ConvertTime(DateTime dateTime, TimeZoneInfo sourceTimeZone, TimeZoneInfo destinationTimeZone)": convertBetween,
  "static DateTimeOffset ConvertTime(DateTimeOffset dateTimeOffset, TimeZoneInfo destinationTimeZone)": convertOffset,
  "static DateTime ConvertTimeBySystemTimeZoneId(DateTime dateTime, string destinationTimeZoneId)": withCall(
    (site, value: DateTime, id: string | null) => convert(value, find(site, id)),
  ),
  "static DateTime ConvertTimeBySystemTimeZoneId(DateTime dateTime, string sourceTimeZoneId, string destinationTimeZoneId)":
    withCall((site, value: DateTime, from: string | null, to: string | null) =>
      convertBetween(value, find(site, from), find(site, to)),
    ),
  "static DateTimeOffset ConvertTimeBySystemTimeZoneId(DateTimeOffset dateTimeOffset, string destinationTimeZoneId)": withCall(
    (site, value: DateTimeOffset, id: string | null) => convertOffset(value, find(site, id)),
  ),
  "static DateTime ConvertTimeFromUtc(DateTime dateTime, TimeZoneInfo destinationTimeZone)": fromUtc,
  "static DateTime ConvertTimeToUtc(DateTime dateTime)": (value: DateTime) => new DateTime(value.ticks, DateTimeKind.Utc),
  "static DateTime ConvertTimeToUtc(DateTime dateTime, TimeZoneInfo sourceTimeZone)": (
    value: DateTime,
    source: TimeZoneInfo | null,
  ) => new DateTime(toUtcTicks(value, source), DateTimeKind.Utc),
};

/** System.TimeZoneInfo. */
export const timeZoneInfoType: TypeDeclaration = defineType(timeZoneInfoHeader.header, {
  "static TimeZoneInfo Utc { get; }": () => utcZone,
  "static TimeZoneInfo Local { get; }": () => utcZone,
  "static TimeZoneInfo FindSystemTimeZoneById(string id)": withCall(find),
  "static System.Collections.ObjectModel.ReadOnlyCollection<TimeZoneInfo> GetSystemTimeZones()": withCall((site) => {
    site.run.steps(1000);
    const type = site.scope.find("System.TimeZoneInfo")!;
    return new ReadOnlyCollection(type, new NetArray(type, allZones(nowTicks(site))));
  }),
  "static void ClearCachedData()": () => undefined,
  "string Id { get; }": (self: TimeZoneInfo) => self.id,
  "string DisplayName { get; }": (self: TimeZoneInfo) => self.displayName,
  "string StandardName { get; }": (self: TimeZoneInfo) => self.standardName,
  "string DaylightName { get; }": (self: TimeZoneInfo) => self.daylightName,
  "TimeSpan BaseUtcOffset { get; }": (self: TimeZoneInfo) => span(self.baseOffset),
  "bool SupportsDaylightSavingTime { get; }": withCall(
    (site, self: TimeZoneInfo) => self.adjustmentRules(nowTicks(site)).length > 0,
  ),
  "TimeSpan GetUtcOffset(DateTime dateTime)": (self: TimeZoneInfo, value: DateTime) => span(offsetAt(self, value)),
  "TimeSpan GetUtcOffset(DateTimeOffset dateTimeOffset)": (self: TimeZoneInfo, value: DateTimeOffset) =>
    span(self.rules.offsetAt(value.utcTicks)),
  "bool IsDaylightSavingTime(DateTime dateTime)": isDaylight,
  "bool IsDaylightSavingTime(DateTimeOffset dateTimeOffset)": (self: TimeZoneInfo, value: DateTimeOffset) =>
    self.isDaylight(value.utcTicks),
  "bool IsAmbiguousTime(DateTime dateTime)": (self: TimeZoneInfo, value: DateTime) =>
    self.ambiguousOffsets(localTicks(self, value)).length > 0,
  "bool IsAmbiguousTime(DateTimeOffset dateTimeOffset)": (self: TimeZoneInfo, value: DateTimeOffset) =>
    self.ambiguousOffsets(self.fromUtc(value.utcTicks)).length > 0,
  "bool IsInvalidTime(DateTime dateTime)": (self: TimeZoneInfo, value: DateTime) =>
    value.kind === DateTimeKind.Unspecified && self.isInvalid(value.ticks),
  "TimeSpan[] GetAmbiguousTimeOffsets(DateTime dateTime)": withCall((site, self: TimeZoneInfo, value: DateTime) =>
    ambiguousOffsets(site, self, localTicks(self, value)),
  ),
  "TimeSpan[] GetAmbiguousTimeOffsets(DateTimeOffset dateTimeOffset)": withCall(
    (site, self: TimeZoneInfo, value: DateTimeOffset) => ambiguousOffsets(site, self, self.fromUtc(value.utcTicks)),
  ),
  "TimeZoneInfo+AdjustmentRule[] GetAdjustmentRules()": withCall(
    (site, self: TimeZoneInfo) =>
      new NetArray(site.scope.find("System.TimeZoneInfo+AdjustmentRule")!, [...self.adjustmentRules(nowTicks(site))]),
  ),
  "bool HasSameRules(TimeZoneInfo other)": (self: TimeZoneInfo, other: TimeZoneInfo | null) =>
    self.hasSameRules(needed(other, "other")),
  "bool Equals(TimeZoneInfo other)": (self: TimeZoneInfo, other: TimeZoneInfo | null) => self.equals(other),
  ...createMembers,
  ...convertMembers,
});
