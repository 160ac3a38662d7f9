import { TICKS_PER_DAY, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE, UNIX_TICKS } from "../calendar.js";

/** How a time zone's offset follows from the moment. */
export interface ZoneRules {
  /** Minutes ahead of UTC at a moment given in ticks of UTC. */
  offsetAt(utcTicks: bigint): number;
  /** Minutes ahead of UTC without daylight saving at that moment. */
  standardOffsetAt(utcTicks: bigint): number;
}

/** What a clock time in a zone can mean. */
export interface LocalMeaning {
  /** Offsets that give this clock time: none in a gap, two where the clock is set back. The larger (daylight) first. */
  readonly offsets: readonly number[];
  /** The offset outside daylight saving. */
  readonly standard: number;
}

/** The offsets with which a zone's clock shows these ticks. */
export function meaningOf(rules: ZoneRules, localTicks: bigint): LocalMeaning {
  const candidates = new Set([
    rules.offsetAt(clamp(localTicks - TICKS_PER_DAY)),
    rules.offsetAt(clamp(localTicks + TICKS_PER_DAY)),
  ]);
  const offsets = [...candidates]
    .filter((offset) => rules.offsetAt(clamp(localTicks - BigInt(offset) * TICKS_PER_MINUTE)) === offset)
    .sort((a, b) => b - a);
  const standard = rules.standardOffsetAt(clamp(localTicks));
  return { offsets, standard };
}

const MAX_TICKS = 3_155_378_975_999_999_999n;

function clamp(ticks: bigint): bigint {
  return ticks < 0n ? 0n : ticks > MAX_TICKS ? MAX_TICKS : ticks;
}

/** The same offset always. */
export class FixedRules implements ZoneRules {
  constructor(private readonly minutes: number) {}

  offsetAt(): number {
    return this.minutes;
  }

  standardOffsetAt(): number {
    return this.minutes;
  }
}

const QUARTER_HOUR = 900_000;
const MOST_CACHED = 2048;

/** The rules of a zone of the IANA database, by way of the platform's Intl. */
export class IanaRules implements ZoneRules {
  private readonly format: Intl.DateTimeFormat;
  private readonly offsets = new Map<number, number>();

  /** Throws RangeError for a zone that the platform does not know. */
  constructor(readonly iana: string) {
    this.format = new Intl.DateTimeFormat("en-US", { timeZone: iana, timeZoneName: "longOffset" });
  }

  offsetAt(utcTicks: bigint): number {
    return this.offsetAtMilliseconds(Number((utcTicks - UNIX_TICKS) / TICKS_PER_MILLISECOND));
  }

  /** The smaller of the offsets in January and July of that year. */
  standardOffsetAt(utcTicks: bigint): number {
    const year = new Date(Number((utcTicks - UNIX_TICKS) / TICKS_PER_MILLISECOND)).getUTCFullYear();
    return Math.min(this.offsetAtMilliseconds(Date.UTC(year, 0, 1)), this.offsetAtMilliseconds(Date.UTC(year, 6, 1)));
  }

  /** Offsets change at full quarters of an hour. */
  private offsetAtMilliseconds(milliseconds: number): number {
    const quarter = Math.floor(milliseconds / QUARTER_HOUR);
    const known = this.offsets.get(quarter);
    if (known !== undefined) return known;
    const name = this.format.formatToParts(quarter * QUARTER_HOUR).find((part) => part.type === "timeZoneName")?.value ?? "";
    const match = /GMT([+-])(\d\d):?(\d\d)?/.exec(name);
    const size = match === null ? 0 : Number(match[2]) * 60 + Number(match[3] ?? 0);
    const offset = match?.[1] === "-" ? -size : size;
    if (this.offsets.size >= MOST_CACHED) this.offsets.clear();
    this.offsets.set(quarter, offset);
    return offset;
  }
}
