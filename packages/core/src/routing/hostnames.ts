/** A name, or `*.` before one. IPv6 addresses keep their brackets. */
const HOSTNAME =
  /^(?:\*\.)?(?:[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d])?)(?:\.[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d])?)*$|^\[[\da-f:.]{2,45}\]$/;

/** Can a gateway be reached by this name? Lower case. */
export function isHostname(text: string): boolean {
  return text.length <= 255 && HOSTNAME.test(text);
}

/** The names by which a gateway is reached: each exact, or `*.example.com` for all names with one label in the star's place. */
export class Hostnames {
  private readonly exact = new Set<string>();
  private readonly parents = new Set<string>();

  /** @param names lower case; none: every host is right */
  constructor(names: Iterable<string>) {
    for (const name of names) {
      if (name.startsWith("*.")) this.parents.add(name.slice(2));
      else this.exact.add(name);
    }
  }

  /** @param host lower case, without port */
  has(host: string): boolean {
    if (this.exact.size === 0 && this.parents.size === 0) return true;
    // A full stop at the end says that the name is a full one.
    const name = host.endsWith(".") ? host.slice(0, -1) : host;
    return (
      this.exact.has(name) || (this.parents.size > 0 && this.parents.has(name.slice(name.indexOf(".") + 1)) && name.includes("."))
    );
  }
}
