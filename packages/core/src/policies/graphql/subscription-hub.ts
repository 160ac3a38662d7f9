import type { ApiModel } from "../../model/model.js";
import { PerGateway } from "../../policy/per-gateway.js";

/** Somebody who listens to a field. It neither waits nor throws. */
export interface EventListener {
  /** An event: plain data. */
  event(value: unknown): void;
  /** The gateway closes: there will be no more. */
  ended(): void;
}

/**
 * Who listens to which field of a GraphQL API's subscriptions. Events reach whoever is connected to this process, once, in the order in
 * which they were published; nothing is kept for later.
 */
export class SubscriptionHub {
  private readonly listeners = new Map<string, Set<EventListener>>();
  private readonly counts = new Map<string, number>();
  private readonly closing = new Set<() => void>();

  /** Listens until the function that it gives is called; null if `most` listen to the API already. */
  listen(api: ApiModel, field: string, most: number, listener: EventListener): (() => void) | null {
    const name = nameOf(api);
    const count = this.counts.get(name) ?? 0;
    if (count >= most) return null;
    this.counts.set(name, count + 1);
    const key = `${name}#${field}`;
    const listeners = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, listeners);
    listeners.add(listener);
    return () => {
      if (!listeners.delete(listener)) return;
      if (listeners.size === 0) this.listeners.delete(key);
      const left = this.counts.get(name)! - 1;
      if (left === 0) this.counts.delete(name);
      else this.counts.set(name, left);
    };
  }

  /** Is there anybody to be told? */
  has(api: ApiModel, field: string): boolean {
    return this.listeners.has(`${nameOf(api)}#${field}`);
  }

  publish(api: ApiModel, field: string, value: unknown): void {
    for (const listener of this.listeners.get(`${nameOf(api)}#${field}`) ?? []) listener.event(value);
  }

  /** Called when the gateway closes, unless the function that it gives was called before. */
  whenClosed(action: () => void): () => void {
    this.closing.add(action);
    return () => this.closing.delete(action);
  }

  close(): void {
    for (const listeners of [...this.listeners.values()]) for (const listener of [...listeners]) listener.ended();
    for (const action of [...this.closing]) action();
    this.closing.clear();
  }
}

/** A later configuration has models of its own: the name stays. */
function nameOf({ workspace, id, revision }: ApiModel): string {
  return `${workspace?.id ?? ""}/${id};rev=${revision}`;
}

/** The subscriptions of each gateway. */
export const subscriptionHubs = new PerGateway(() => new SubscriptionHub());
