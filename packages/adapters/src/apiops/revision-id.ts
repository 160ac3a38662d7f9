/** What parts an API's id from the number of a revision in the service's names: `echo;rev=2`. */
const MARK = ";rev=";

/** The id of an API, whichever of its revisions is named. */
export function plainId(name: string): string {
  const at = name.indexOf(MARK);
  return at < 0 ? name : name.slice(0, at);
}

/** The number of the revision that a name is of; null for a name without one. */
export function revisionIn(name: string): string | null {
  const at = name.indexOf(MARK);
  return at < 0 ? null : name.slice(at + MARK.length);
}

/** The keys of an API, or of one of its revisions, among the APIs of a configuration. */
export function apiKeys(name: string): [id: string, ...string[]] {
  const revision = revisionIn(name);
  return revision === null ? [name] : [plainId(name), "revisions", revision];
}
