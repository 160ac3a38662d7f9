const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a duration as test files write it — `50ms`, `10s`, `-10m`, `1.5h`, `2d` — into milliseconds; a bare number counts seconds.
 * Null for anything else.
 */
export function parseUnitDuration(text: string | number): number | null {
  const match = /^([+-]?\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(String(text).trim());
  return match === null ? null : Number(match[1]) * UNITS[match[2] ?? "s"]!;
}
