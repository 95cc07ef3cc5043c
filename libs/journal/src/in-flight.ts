import type { Pending } from './pending.ts';

const BUCKETS = 1_024;

/**
 * Commands on their way by the digest of their key.
 *
 * Not a `Map`: in a steady stream a `Map` moves to a fresh table again and again, and V8 lets each table that it left
 * point at the next one. Once one of them is old, everything that was ever in the later ones outlives it, and is copied
 * into the old generation first. Digests are spread evenly, so two characters choose a bucket.
 */
export class InFlight<C, E> {
  readonly #buckets: Pending<C, E>[][] = Array.from({ length: BUCKETS }, () => []);

  has(digest: string): boolean {
    return this.find(digest) !== undefined;
  }

  add(digest: string, pending: Pending<C, E>): void {
    this.#bucket(digest).push(pending);
  }

  /** Takes a command out. */
  dismiss(pending: Pending<C, E>): void {
    const { digest } = pending;
    if (digest === undefined) return;
    const bucket = this.#bucket(digest);
    const place = bucket.indexOf(pending);
    if (place >= 0) bucket.splice(place, 1);
  }

  find(digest: string): Pending<C, E> | undefined {
    for (const pending of this.#bucket(digest)) if (pending.digest === digest) return pending;
    return undefined;
  }

  #bucket(digest: string): Pending<C, E>[] {
    const number = ((digest.charCodeAt(0) << 8) | digest.charCodeAt(1)) % BUCKETS;
    return this.#buckets[number] as Pending<C, E>[];
  }
}
