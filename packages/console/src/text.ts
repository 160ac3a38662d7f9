/** A time in milliseconds, for people. */
export function ms(time: number): string {
  if (time >= 10_000) return `${(time / 1000).toFixed(1)} s`;
  if (time >= 1000) return `${(time / 1000).toFixed(2)} s`;
  return `${time < 10 ? Math.round(time * 100) / 100 : Math.round(time)} ms`;
}

/** Time of the day, with milliseconds. */
export function clockTime(at: number): string {
  const date = new Date(at);
  return `${date.toLocaleTimeString("en-GB")}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** How long ago something was. */
export function age(from: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - from) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** The class of a status: `s2` to `s5`, `s0` for none. */
export const statusClass = (status: number): string => `s${Math.floor(status / 100)}`;

/** The path and query of a URL. */
export function pathOf(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/?#]*/i, "") || "/";
}

/** A key of the gateway's store, its parts readable: they are written with their lengths in front. */
export function keyText(key: string): string {
  const parts = key.split("|").map((part) => part.replace(/^\d+:/, ""));
  return parts.filter((part) => part !== "").join(" · ");
}
