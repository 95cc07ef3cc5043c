import { createGeneration, earliestIn, type Generation, type IdPlace } from './id-generation.ts';

/** Which commands were decided within the retry window, and where their replies lie. */
export interface IdMemory {
  /** Where the reply to a command lies; `undefined` when its id is not known. */
  find(digest: string): IdPlace | undefined;
  /** Remembers the place of a reply, or replaces it, from a time on. */
  remember(digest: string, place: IdPlace, at: number): void;
  /** Keeps an id alive for another window; an unknown one stays unknown, unless its place is given. */
  touch(digest: string, at: number, place?: IdPlace): void;
  /** Knows no place below a revision any more: what lay there was purged. */
  forgetBelow(revision: number): void;
  /** Whether another id would go over the capacity, after everything older than the window was forgotten. */
  full(now: number): boolean;
  /** Everything that is remembered, as it is now. */
  capture(): IdSnapshot;
  /** How many places are held; an id touched lately may be held twice. */
  readonly size: number;
}

/** What is remembered, oldest first, in tables that nobody changes any more. */
export type IdSnapshot = readonly { readonly until: number; readonly words: Uint32Array<ArrayBuffer> }[];

/** The earliest revision at which a reply lies that is still remembered at a time. */
export const reachOfIds = (told: IdSnapshot, windowMs: number, at: number): number => {
  let earliest = Number.POSITIVE_INFINITY;
  for (const { until, words } of told) {
    if (until + windowMs > at) earliest = Math.min(earliest, earliestIn(words));
  }
  return earliest;
};

const GENERATIONS_PER_WINDOW = 4;

/**
 * Ids live in generations, each as long as a quarter of the window, and a touched id moves to the newest one.
 * So forgetting is dropping a whole table: no deletion, no timer per id, and never before the window has passed.
 */
export const createIdMemory = (
  { windowMs, capacity }: { windowMs: number; capacity: number },
  told: IdSnapshot = [],
): IdMemory => {
  const span = windowMs / GENERATIONS_PER_WINDOW;
  let generations: { readonly until: number; readonly ids: Generation }[] = told.map(({ until, words }) => ({
    until,
    ids: createGeneration(words),
  }));

  let floor = 0;

  const forget = (now: number): void => {
    while (generations[0] !== undefined && generations[0].until + windowMs <= now) generations.shift();
  };
  const newest = (at: number): Generation => {
    const last = generations.at(-1);
    if (last !== undefined && at < last.until) return last.ids;
    forget(at);
    const ids = createGeneration();
    generations = [...generations, { until: at + span, ids }];
    return ids;
  };
  const size = (): number => generations.reduce((sum, generation) => sum + generation.ids.size, 0);
  const find = (digest: string): IdPlace | undefined => {
    for (let i = generations.length - 1; i >= 0; i--) {
      const place = generations[i]?.ids.get(digest);
      if (place !== undefined) return place.revision < floor ? undefined : place;
    }
    return undefined;
  };

  return {
    find,
    remember: (digest, place, at) => newest(at).set(digest, place),
    touch: (digest, at, place) => {
      const known = find(digest) ?? place;
      if (known !== undefined) newest(at).set(digest, known);
    },
    forgetBelow: (revision) => {
      floor = Math.max(floor, revision);
    },
    full: (now) => {
      if (size() < capacity) return false;
      forget(now);
      return size() >= capacity;
    },
    // Only the newest table still changes.
    capture: () =>
      generations.map(({ until, ids }, i) => ({
        until,
        words: i === generations.length - 1 ? ids.words().slice() : ids.words(),
      })),
    get size() {
      return size();
    },
  };
};
