import type { Pending } from './pending.ts';

/** Commands on their way by the digest of their key, each with the copies that came in meanwhile. */
export class InFlight<C, E> {
  readonly #leaders = new Map<string, Pending<C, E>>();

  /** Lets a copy wait for the command that is on its way; false when there is none. */
  join(digest: string, copy: Pending<C, E>): boolean {
    const leader = this.#leaders.get(digest);
    if (leader === undefined) return false;
    leader.followers ??= [];
    leader.followers.push(copy);
    return true;
  }

  has(digest: string): boolean {
    return this.#leaders.has(digest);
  }

  add(digest: string, pending: Pending<C, E>): void {
    this.#leaders.set(digest, pending);
  }

  /** Takes a command out and gives back the copies that waited for it. */
  dismiss(pending: Pending<C, E>): readonly Pending<C, E>[] {
    const { digest, followers } = pending;
    if (digest !== undefined && this.#leaders.get(digest) === pending) this.#leaders.delete(digest);
    return followers ?? NONE;
  }
}

const NONE: readonly never[] = [];
