import { raise } from "../../../runtime/exceptions.js";
import { defineType, type TypeDeclaration } from "../../../types/declare.js";
import { NetObject } from "../../../types/values.js";
import { dayNumber, daysInMonth, TICKS_PER_DAY } from "../calendar.js";
import { DateTime } from "../date-time.js";
import type { TimeSpan } from "../time-span.js";

/** System.TimeZoneInfo.TransitionTime: when in a year the clock is changed. */
export class TransitionTime extends NetObject {
  constructor(
    /** Ticks within the day. */
    readonly timeOfDay: bigint,
    readonly month: number,
    /** 1 to 5, the last; of a floating rule. */
    readonly week: number,
    /** Of a fixed rule. */
    readonly day: number,
    readonly dayOfWeek: number,
    readonly isFixed: boolean,
  ) {
    super();
  }

  /** Clock ticks of the transition in a year. */
  ticksIn(year: number): bigint {
    const last = daysInMonth(year, this.month);
    let day = Math.min(this.day, last);
    if (!this.isFixed) {
      const first = (dayNumber(year, this.month, 1) + 1) % 7;
      day = 1 + ((this.dayOfWeek - first + 7) % 7) + (this.week - 1) * 7;
      while (day > last) day -= 7;
    }
    return BigInt(dayNumber(year, this.month, day)) * TICKS_PER_DAY + this.timeOfDay;
  }

  override get declaration() {
    return transitionTimeType;
  }

  override equals(other: unknown): boolean {
    return other instanceof TransitionTime && other.key === this.key;
  }

  override get key(): string {
    const { timeOfDay, month, week, day, dayOfWeek, isFixed } = this;
    return `System.TimeZoneInfo+TransitionTime:${timeOfDay}/${month}/${isFixed ? day : `${week}/${dayOfWeek}`}`;
  }
}

/** System.TimeZoneInfo.AdjustmentRule: daylight saving in a span of years. */
export class AdjustmentRule extends NetObject {
  constructor(
    readonly dateStart: DateTime,
    readonly dateEnd: DateTime,
    readonly daylightDelta: TimeSpan,
    readonly daylightStart: TransitionTime,
    readonly daylightEnd: TransitionTime,
  ) {
    super();
  }

  override get declaration() {
    return adjustmentRuleType;
  }

  override equals(other: unknown): boolean {
    return other instanceof AdjustmentRule && other.key === this.key;
  }

  override get key(): string {
    const { dateStart, dateEnd, daylightDelta, daylightStart, daylightEnd } = this;
    return `System.TimeZoneInfo+AdjustmentRule:${dateStart.ticks}/${dateEnd.ticks}/${daylightDelta.ticks}/${daylightStart.key}/${daylightEnd.key}`;
  }
}

function checkTime(time: DateTime): bigint {
  if (time.kind !== 0)
    throw raise.argument("The supplied DateTime must have the Kind property set to DateTimeKind.Unspecified.", "timeOfDay");
  if (time.ticks >= TICKS_PER_DAY || time.ticks % 10_000n !== 0n)
    throw raise.argument(
      "The supplied DateTime must have the Year, Month, and Day properties set to 1.  The time cannot be specified more precisely than whole milliseconds.",
      "timeOfDay",
    );
  return time.ticks;
}

function checkMonth(month: number): void {
  if (month < 1 || month > 12) throw raise.argumentOutOfRange("month", "The Month parameter must be in the range 1 through 12.");
}

function fixedRule(time: DateTime, month: number, day: number): TransitionTime {
  checkMonth(month);
  if (day < 1 || day > 31) throw raise.argumentOutOfRange("day", "The Day parameter must be in the range 1 through 31.");
  return new TransitionTime(checkTime(time), month, 1, day, 0, true);
}

function floatingRule(time: DateTime, month: number, week: number, dayOfWeek: number): TransitionTime {
  checkMonth(month);
  if (week < 1 || week > 5) throw raise.argumentOutOfRange("week", "The Week parameter must be in the range 1 through 5.");
  if (dayOfWeek < 0 || dayOfWeek > 6)
    throw raise.argumentOutOfRange("dayOfWeek", "The DayOfWeek enumeration must be in the range 0 through 6.");
  return new TransitionTime(checkTime(time), month, week, 1, dayOfWeek, false);
}

function createRule(
  start: DateTime,
  end: DateTime,
  delta: TimeSpan,
  daylightStart: TransitionTime,
  daylightEnd: TransitionTime,
): AdjustmentRule {
  if (daylightStart.equals(daylightEnd))
    throw raise.argument(
      "The DaylightTransitionStart property must not equal the DaylightTransitionEnd property.",
      "daylightTransitionEnd",
    );
  if (start.ticks > end.ticks) throw raise.argument("The DateStart property must come before the DateEnd property.", "dateStart");
  if (delta.ticks > 14n * 36_000_000_000n || delta.ticks < -14n * 36_000_000_000n)
    throw raise.argumentOutOfRange("daylightDelta", "The TimeSpan parameter must be within plus or minus 14.0 hours.");
  return new AdjustmentRule(start, end, delta, daylightStart, daylightEnd);
}

const TRANSITION = "System.TimeZoneInfo+TransitionTime";
const same = (a: TransitionTime, b: TransitionTime) => a.equals(b);

const transitionTimeType: TypeDeclaration = defineType(
  `struct ${TRANSITION} : IEquatable<${TRANSITION}>`,
  {
    [`static ${TRANSITION} CreateFixedDateRule(DateTime timeOfDay, int month, int day)`]: fixedRule,
    [`static ${TRANSITION} CreateFloatingDateRule(DateTime timeOfDay, int month, int week, DayOfWeek dayOfWeek)`]: floatingRule,
    "DateTime TimeOfDay { get; }": (self: TransitionTime) => new DateTime(self.timeOfDay),
    "int Month { get; }": (self: TransitionTime) => self.month,
    "int Week { get; }": (self: TransitionTime) => self.week,
    "int Day { get; }": (self: TransitionTime) => self.day,
    "DayOfWeek DayOfWeek { get; }": (self: TransitionTime) => self.dayOfWeek,
    "bool IsFixedDateRule { get; }": (self: TransitionTime) => self.isFixed,
    [`bool Equals(${TRANSITION} other)`]: same,
    [`static bool operator ==(${TRANSITION} t1, ${TRANSITION} t2)`]: same,
    [`static bool operator !=(${TRANSITION} t1, ${TRANSITION} t2)`]: (a: TransitionTime, b: TransitionTime) => !a.equals(b),
  },
  {
    get zero() {
      return new TransitionTime(0n, 0, 0, 0, 0, false);
    },
  },
);

const RULE = "System.TimeZoneInfo+AdjustmentRule";

const adjustmentRuleType: TypeDeclaration = defineType(`sealed class ${RULE} : IEquatable<${RULE}>`, {
  [`static ${RULE} CreateAdjustmentRule(DateTime dateStart, DateTime dateEnd, TimeSpan daylightDelta, ${TRANSITION} daylightTransitionStart, ${TRANSITION} daylightTransitionEnd)`]:
    createRule,
  "DateTime DateStart { get; }": (self: AdjustmentRule) => self.dateStart,
  "DateTime DateEnd { get; }": (self: AdjustmentRule) => self.dateEnd,
  "TimeSpan DaylightDelta { get; }": (self: AdjustmentRule) => self.daylightDelta,
  [`${TRANSITION} DaylightTransitionStart { get; }`]: (self: AdjustmentRule) => self.daylightStart,
  [`${TRANSITION} DaylightTransitionEnd { get; }`]: (self: AdjustmentRule) => self.daylightEnd,
  [`bool Equals(${RULE} other)`]: (self: AdjustmentRule, other: AdjustmentRule | null) => self.equals(other),
});

/** The types nested in System.TimeZoneInfo. */
export const transitionTypes: readonly TypeDeclaration[] = [transitionTimeType, adjustmentRuleType];
