import type { Exchange } from "./exchange.js";

const originals = new WeakMap<Exchange, Exchange>();

/** Makes what policies remember of `exchange` hold for `view` as well: a view is the same request seen from a branch. */
export function rememberAs(view: Exchange, exchange: Exchange): void {
  originals.set(view, originals.get(exchange) ?? exchange);
}

/** Something that a policy remembers of a request, for as long as there is the request. */
export class PerRequest<T> {
  private readonly values = new WeakMap<Exchange, T>();

  get(exchange: Exchange): T | undefined {
    return this.values.get(originals.get(exchange) ?? exchange);
  }

  set(exchange: Exchange, value: T): void {
    this.values.set(originals.get(exchange) ?? exchange, value);
  }

  delete(exchange: Exchange): void {
    this.values.delete(originals.get(exchange) ?? exchange);
  }

  /** What is remembered; made and remembered first if nothing is. */
  getOrMake(exchange: Exchange, make: () => T): T {
    const known = this.get(exchange);
    if (known !== undefined) return known;
    const made = make();
    this.set(exchange, made);
    return made;
  }
}
