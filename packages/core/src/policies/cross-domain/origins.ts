const ORIGIN = /^([a-z][a-z0-9+.-]*):\/\/([^/?#@:[\]*\s]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?\/?$/i;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: "80", https: "443" };

/** An origin in the form in which two of them compare: lower case, with its port; null if the text is none. */
export function normalOrigin(text: string): string | null {
  const match = ORIGIN.exec(text.trim());
  if (match === null) return null;
  const scheme = match[1]!.toLowerCase();
  const port = match[3] ?? (Object.hasOwn(DEFAULT_PORTS, scheme) ? DEFAULT_PORTS[scheme] : "");
  return `${scheme}://${match[2]!.toLowerCase()}:${port}`;
}
