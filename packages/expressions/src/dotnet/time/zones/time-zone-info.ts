import { NetException, raise } from "../../../runtime/exceptions.js";
import type { TypeHeader } from "../../../types/header.js";
import { NetObject } from "../../../types/values.js";
import { dateOf, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, ticksOf } from "../calendar.js";
import { DateTime } from "../date-time.js";
import { offsetText } from "../date-time-format.js";
import { TimeSpan } from "../time-span.js";
import { FixedRules, IanaRules, meaningOf, type ZoneRules } from "./rules.js";
import { AdjustmentRule, TransitionTime } from "./transition.js";
import { windowsZones } from "./windows-zones.js";

/** The header of System.TimeZoneInfo. */
export const timeZoneInfoHeader: TypeHeader = { header: "sealed class System.TimeZoneInfo : IEquatable<TimeZoneInfo>" };

/** System.TimeZoneInfo. */
export class TimeZoneInfo extends NetObject {
  constructor(
    readonly id: string,
    readonly rules: ZoneRules,
    /** Minutes ahead of UTC without daylight saving. */
    readonly baseOffset: number,
    readonly displayName: string,
    readonly standardName: string,
    readonly daylightName: string,
    /** Given for zones made by an expression; others derive theirs. */
    readonly ownRules: readonly AdjustmentRule[] | null,
  ) {
    super();
  }

  override get declaration() {
    return timeZoneInfoHeader;
  }

  override toText(): string {
    return this.displayName;
  }

  override equals(other: unknown): boolean {
    return other instanceof TimeZoneInfo && other.id.toLowerCase() === this.id.toLowerCase() && this.hasSameRules(other);
  }

  override get key(): string {
    return `System.TimeZoneInfo:${this.id.toLowerCase()}`;
  }

  hasSameRules(other: TimeZoneInfo): boolean {
    if (this.rules instanceof IanaRules) return other.rules instanceof IanaRules && other.rules.iana === this.rules.iana;
    if (other.rules instanceof IanaRules || other.baseOffset !== this.baseOffset) return false;
    const [own, theirs] = [this.ownRules ?? [], other.ownRules ?? []];
    return own.length === theirs.length && own.every((rule, i) => rule.equals(theirs[i]));
  }

  /** Clock ticks of this zone at a moment in UTC. */
  fromUtc(utcTicks: bigint): bigint {
    return utcTicks + BigInt(this.rules.offsetAt(utcTicks)) * TICKS_PER_MINUTE;
  }

  /** Minutes ahead of UTC when the zone's clock shows these ticks; standard time where that is not clear. */
  offsetOfLocal(localTicks: bigint): number {
    const { offsets, standard } = meaningOf(this.rules, localTicks);
    return offsets.length === 1 ? offsets[0]! : (offsets.at(-1) ?? standard);
  }

  isInvalid(localTicks: bigint): boolean {
    return meaningOf(this.rules, localTicks).offsets.length === 0;
  }

  ambiguousOffsets(localTicks: bigint): readonly number[] {
    const { offsets } = meaningOf(this.rules, localTicks);
    return offsets.length > 1 ? [...offsets].reverse() : [];
  }

  /** The ticks in UTC when the zone's clock shows these. Throws ArgumentException in a gap. */
  toUtc(localTicks: bigint): bigint {
    if (this.isInvalid(localTicks))
      throw raise.argument(
        "The supplied DateTime represents an invalid time.  For example, when the clock is adjusted forward, any time in the period that is skipped is invalid.",
        "dateTime",
      );
    return localTicks - BigInt(this.offsetOfLocal(localTicks)) * TICKS_PER_MINUTE;
  }

  isDaylight(utcTicks: bigint): boolean {
    return this.rules.offsetAt(utcTicks) !== this.rules.standardOffsetAt(utcTicks);
  }

  /** The zone's own rules, or one for all years that is read off the changes in the year of `now`. */
  adjustmentRules(now: bigint): readonly AdjustmentRule[] {
    if (this.ownRules !== null) return this.ownRules;
    const rule = deriveRule(this.rules, dateOf(Number(now / TICKS_PER_DAY)).year);
    return rule === null ? [] : [rule];
  }
}

/** The rules of a zone made of adjustment rules. */
class CustomRules implements ZoneRules {
  constructor(
    private readonly base: number,
    private readonly adjustments: readonly AdjustmentRule[],
  ) {}

  offsetAt(utcTicks: bigint): number {
    const standard = utcTicks + BigInt(this.base) * TICKS_PER_MINUTE;
    const rule = this.adjustments.find(
      (adjustment) => standard >= adjustment.dateStart.ticks && standard < adjustment.dateEnd.ticks + TICKS_PER_DAY,
    );
    if (rule === undefined || standard < 0n) return this.base;
    const { year } = dateOf(Number(standard / TICKS_PER_DAY));
    const start = rule.daylightStart.ticksIn(year);
    const end = rule.daylightEnd.ticksIn(year) - rule.daylightDelta.ticks;
    const isDaylight = start < end ? standard >= start && standard < end : standard >= start || standard < end;
    return isDaylight ? this.base + Number(rule.daylightDelta.ticks / TICKS_PER_MINUTE) : this.base;
  }

  standardOffsetAt(): number {
    return this.base;
  }
}

/** A zone as `CreateCustomTimeZone` makes it. */
export function customZone(
  id: string | null,
  base: TimeSpan,
  displayName: string | null,
  standardName: string | null,
  daylightName: string | null,
  rules: readonly AdjustmentRule[],
): TimeZoneInfo {
  if (id === null) throw raise.argumentNull("id");
  if (id === "") throw raise.argument("The specified ID parameter '' is not supported.", "id");
  if (base.ticks % TICKS_PER_MINUTE !== 0n)
    throw raise.argument("The TimeSpan parameter cannot be specified more precisely than whole minutes.", "baseUtcOffset");
  if (base.ticks > 14n * TICKS_PER_HOUR || base.ticks < -14n * TICKS_PER_HOUR)
    throw raise.argumentOutOfRange("baseUtcOffset", "The TimeSpan parameter must be within plus or minus 14.0 hours.");
  const minutes = Number(base.ticks / TICKS_PER_MINUTE);
  const zone = rules.length === 0 ? new FixedRules(minutes) : new CustomRules(minutes, rules);
  return new TimeZoneInfo(id, zone, minutes, displayName ?? "", standardName ?? "", daylightName ?? "", rules);
}

const HOUR_STEPS = 365 * 24;

/** Reads the two changes of a year off the rules; null if there are none. */
function deriveRule(rules: ZoneRules, year: number): AdjustmentRule | null {
  const start = ticksOf(year, 1, 1);
  const changes: { readonly at: bigint; readonly before: number; readonly after: number }[] = [];
  let previous = rules.offsetAt(start);
  for (let hour = 24; hour <= HOUR_STEPS; hour += 24) {
    const offset = rules.offsetAt(start + BigInt(hour) * TICKS_PER_HOUR);
    if (offset === previous) continue;
    let at = start + BigInt(hour - 24) * TICKS_PER_HOUR;
    while (rules.offsetAt(at) === previous) at += 15n * TICKS_PER_MINUTE;
    changes.push({ at, before: previous, after: offset });
    previous = offset;
  }
  const forward = changes.find((change) => change.after > change.before);
  const back = changes.find((change) => change.after < change.before);
  if (forward === undefined || back === undefined) return null;
  const floating = ({ at, before }: { readonly at: bigint; readonly before: number }) => {
    const local = at + BigInt(before) * TICKS_PER_MINUTE;
    const days = Number(local / TICKS_PER_DAY);
    const { month, day } = dateOf(days);
    const isLast = dateOf(days + 7).month !== month;
    return new TransitionTime(local % TICKS_PER_DAY, month, isLast ? 5 : Math.ceil(day / 7), 1, (days + 1) % 7, false);
  };
  const delta = new TimeSpan(BigInt(forward.after - forward.before) * TICKS_PER_MINUTE);
  const end = new DateTime(ticksOf(9999, 12, 31));
  return new AdjustmentRule(DateTime.minValue, end, delta, floating(forward), floating(back));
}

/** UTC, which is also the local zone. */
export const utcZone = new TimeZoneInfo(
  "UTC",
  new FixedRules(0),
  0,
  "(UTC) Coordinated Universal Time",
  "Coordinated Universal Time",
  "Coordinated Universal Time",
  [],
);

const windowsById = new Map(windowsZones.map((zone) => [zone[0].toLowerCase(), zone]));
const rulesByName = new Map<string, IanaRules>();
const IANA_NAME = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;

const notFound = (id: string) =>
  new NetException("System.TimeZoneNotFoundException", `The time zone ID '${id}' was not found on the local computer.`);

function ianaRules(name: string): IanaRules | null {
  // Names are told apart without regard to case: so many zones as there are can be kept, and no more.
  const key = name.toLowerCase();
  const known = rulesByName.get(key);
  if (known !== undefined) return known;
  if (name.length > 60 || !IANA_NAME.test(name)) return null;
  try {
    const rules = new IanaRules(name);
    rulesByName.set(key, rules);
    return rules;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * A zone by its Windows id or its name in the IANA database.
 * @param now ticks of the current moment, by whose year the base offset is told
 */
export function findZone(id: string | null, now: bigint): TimeZoneInfo {
  if (id === null) throw raise.argumentNull("id");
  if (id === "UTC") return utcZone;
  const windows = windowsById.get(id.toLowerCase());
  const rules = ianaRules(windows?.[1] ?? id);
  if (rules === null) throw notFound(id);
  const base = rules.standardOffsetAt(now);
  const name = windows?.[0] ?? id;
  const prefix = base === 0 ? "(UTC" : `(UTC${offsetText(base)}`;
  return new TimeZoneInfo(
    name,
    rules,
    base,
    `${prefix}) ${windows?.[2] ?? id}`,
    name,
    name.replace("Standard", "Daylight"),
    null,
  );
}

/** All zones of Windows, in the order of their offsets. */
export function allZones(now: bigint): TimeZoneInfo[] {
  return windowsZones.map(([id]) => findZone(id, now));
}
