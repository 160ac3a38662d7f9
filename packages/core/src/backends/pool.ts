import { createHash } from "node:crypto";
import type { PoolModel } from "../model/model.js";

type Member = PoolModel["services"][number];

/**
 * Chooses among the members of one pool: the best priority of which a member is available, and in it by smooth weighted round robin, which
 * without weights is plain round robin. A missing weight counts as 1. Members of weight 0 get requests only when no other is available.
 */
export class PoolBalancer {
  /** By member: how far it is behind its share. */
  private readonly credit = new Map<string, number>();

  /** The id of the next member, or null if none is available. */
  next(pool: PoolModel, isAvailable: (backend: string) => boolean): string | null {
    const available = pool.services.filter(({ backend }) => isAvailable(backend));
    const weighted = available.filter((member) => weightOf(member) > 0);
    const best = bestPriority(weighted.length > 0 ? weighted : available);
    return best.length === 0 ? null : this.rotate(best);
  }

  /** Takes note of a changed pool. With a member gone the shares of the others would be out of balance: all begin anew. */
  keep(pool: PoolModel): void {
    const members = new Set(pool.services.map(({ backend }) => backend));
    for (const id of this.credit.keys()) if (!members.has(id)) return this.credit.clear();
  }

  /** By member: how far it is behind its share. */
  kept(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.credit);
  }

  /** Goes on where another one was. */
  restore(kept: Readonly<Record<string, number>>): void {
    for (const [member, credit] of Object.entries(kept)) this.credit.set(member, credit);
  }

  private rotate(members: readonly Member[]): string {
    if (members.length === 1) return members[0]!.backend;
    let total = 0;
    let chosen = members[0]!.backend;
    let most = Number.NEGATIVE_INFINITY;
    for (const member of members) {
      // In a group that has only members of weight 0, all are equal.
      const weight = weightOf(member) || 1;
      const credit = (this.credit.get(member.backend) ?? 0) + weight;
      this.credit.set(member.backend, credit);
      total += weight;
      if (credit > most) {
        most = credit;
        chosen = member.backend;
      }
    }
    this.credit.set(chosen, most - total);
    return chosen;
  }
}

function weightOf(member: Member): number {
  return member.weight ?? 1;
}

function bestPriority(members: readonly Member[]): readonly Member[] {
  const best = Math.min(...members.map(({ priority }) => priority ?? 0));
  return members.filter(({ priority }) => (priority ?? 0) === best);
}

/** What the cookie of a session says: a name for the member that means something only to this pool. */
export function sessionToken(poolId: string, memberId: string): string {
  return createHash("sha256")
    .update(JSON.stringify([poolId, memberId]))
    .digest("base64url")
    .slice(0, 22);
}

/** The member that a request's cookie keeps it at, or null. A value can only ever name one of the pool's own members. */
export function sessionMember(poolId: string, pool: PoolModel, cookies: readonly string[]): Member | null {
  if (pool.sessionCookie === null) return null;
  const value = cookieValue(cookies, pool.sessionCookie);
  return value === null ? null : (pool.services.find(({ backend }) => sessionToken(poolId, backend) === value) ?? null);
}

function cookieValue(cookies: readonly string[], name: string): string | null {
  for (const line of cookies)
    for (const pair of line.split(";")) {
      const at = pair.indexOf("=");
      if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
    }
  return null;
}
