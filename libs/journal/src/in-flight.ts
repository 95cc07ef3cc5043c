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
  /** Made when they are first needed: most hosts of a process that has thousands have little to do. */
  readonly #buckets: (Pending<C, E>[] | undefined)[] = Array.from({ length: BUCKETS }, () => undefined);

  has(digest: string): boolean {
    return this.find(digest) !== undefined;
  }

  add(digest: string, pending: Pending<C, E>): void {
    const number = bucketOf(digest);
    const bucket = this.#buckets[number];
    if (bucket === undefined) this.#buckets[number] = [pending];
    else bucket.push(pending);
  }

  /** Takes a command out. */
  dismiss(pending: Pending<C, E>): void {
    const { digest } = pending;
    const bucket = digest === undefined ? undefined : this.#buckets[bucketOf(digest)];
    if (bucket === undefined) return;
    const place = bucket.indexOf(pending);
    if (place >= 0) bucket.splice(place, 1);
  }

  find(digest: string): Pending<C, E> | undefined {
    const bucket = this.#buckets[bucketOf(digest)];
    if (bucket === undefined) return undefined;
    for (const pending of bucket) if (pending.digest === digest) return pending;
    return undefined;
  }
}

const bucketOf = (digest: string): number => ((digest.charCodeAt(0) << 8) | digest.charCodeAt(1)) % BUCKETS;
