/** Plain data with every text, and every key, by another. What holds none, such as bytes, stays. */
export function mapTexts(value: unknown, by: (text: string) => string): unknown {
  if (typeof value === "string") return by(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, by));
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [by(key), mapTexts(member, by)]));
}
