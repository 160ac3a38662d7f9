const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** A text as it stands in XML or HTML, in an attribute or between tags. */
export function escapeXml(text: string): string {
  // Characters that XML cannot hold at all are left out.
  return [...text]
    .map(
      (character) => ENTITIES[character] ?? (/[^\u0020-\uFFFD\t\n\r]/.test(character) && character.length === 1 ? "" : character),
    )
    .join("");
}
