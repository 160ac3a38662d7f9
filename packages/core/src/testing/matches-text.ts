/** Does a text match `wanted`: exactly, or by the regular expression between slashes? */
export function matchesText(wanted: string, text: string): boolean {
  const pattern = /^\/(.+)\/$/s.exec(wanted);
  return pattern === null ? wanted === text : new RegExp(pattern[1]!).test(text);
}
