/**
 * An object with members that printing it (`console.log`, `JSON.stringify`) does not show. They are read as any other, but not copied by
 * spreading.
 */
export function withHidden<Shown extends object, Hidden extends object>(shown: Shown, hidden: Hidden): Shown & Hidden {
  for (const [name, value] of Object.entries(hidden)) Object.defineProperty(shown, name, { value, enumerable: false });
  return shown as Shown & Hidden;
}
