/**
 * A copy of a text that keeps no other one alive. The engine does not copy what is cut from a text or put together of several: a key of ten
 * characters may hold the URL that it was cut from.
 */
export function ownText(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
