/** Where a reply lies in its journal. */
export interface IdPlace {
  readonly revision: number;
  readonly index: number;
}

/** A table from 16-byte digests to places in typed arrays: 24 bytes a slot, at most three quarters full. */
export interface Generation {
  readonly size: number;
  get(digest: string): IdPlace | undefined;
  set(digest: string, place: IdPlace): void;
  /** The table itself: not to be changed, and changed by the next `set`. */
  words(): Uint32Array<ArrayBuffer>;
}

const WORDS = 6;
const FIRST_SLOTS = 256;

/** Four words of digest, then the revision (never 0: 0 marks a free slot), then the index. */
export const createGeneration = (told = new Uint32Array(FIRST_SLOTS * WORDS)): Generation => {
  let words = told;
  let slots = words.length / WORDS;
  let size = 0;
  for (let at = 4; at < words.length; at += WORDS) if (words[at] !== 0) size += 1;
  const probe = new Uint32Array(4);

  const slotOf = (table: Uint32Array, count: number): number => {
    let slot = (probe[0] ?? 0) & (count - 1);
    for (;;) {
      const at = slot * WORDS;
      if (table[at + 4] === 0 || holds(table, at, probe)) return at;
      slot = (slot + 1) & (count - 1);
    }
  };
  const grow = (): void => {
    const old = words;
    slots *= 2;
    words = new Uint32Array(slots * WORDS);
    for (let from = 0; from < old.length; from += WORDS) {
      if (old[from + 4] === 0) continue;
      probe.set(old.subarray(from, from + 4));
      words.set(old.subarray(from, from + WORDS), slotOf(words, slots));
    }
  };

  return {
    get size() {
      return size;
    },
    get: (digest) => {
      readDigest(digest, probe);
      const at = slotOf(words, slots);
      const revision = words[at + 4] ?? 0;
      return revision === 0 ? undefined : { revision, index: words[at + 5] ?? 0 };
    },
    set: (digest, { revision, index }) => {
      if ((size + 1) * 4 > slots * 3) grow();
      readDigest(digest, probe);
      const at = slotOf(words, slots);
      if (words[at + 4] === 0) size += 1;
      words.set(probe, at);
      words[at + 4] = revision;
      words[at + 5] = index;
    },
    words: () => words,
  };
};

/** The lowest revision in a table; `Infinity` when it is empty. */
export const earliestIn = (words: Uint32Array): number => {
  let earliest = Number.POSITIVE_INFINITY;
  for (let at = 4; at < words.length; at += WORDS) {
    const revision = words[at] ?? 0;
    if (revision !== 0 && revision < earliest) earliest = revision;
  }
  return earliest;
};

const holds = (table: Uint32Array, at: number, probe: Uint32Array): boolean =>
  table[at] === probe[0] &&
  table[at + 1] === probe[1] &&
  table[at + 2] === probe[2] &&
  table[at + 3] === probe[3];

const readDigest = (digest: string, into: Uint32Array): void => {
  for (let word = 0; word < 4; word++) {
    const at = word * 4;
    into[word] =
      digest.charCodeAt(at) |
      (digest.charCodeAt(at + 1) << 8) |
      (digest.charCodeAt(at + 2) << 16) |
      (digest.charCodeAt(at + 3) << 24);
  }
};
