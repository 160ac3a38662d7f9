const DURATION = /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9}(?:\.\d{1,3})?)S)?)?$/;

/** An ISO 8601 duration (`PT1M30S`, `P1D`) in milliseconds; null if it is none. Years and months have no fixed length and are not taken. */
export function parseIsoDuration(text: string): number | null {
  const match = DURATION.exec(text.trim());
  if (match === null || /^PT?$/.test(match[0])) return null;
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = match;
  return Math.round(((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1_000);
}
