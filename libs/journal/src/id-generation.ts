/** Where a reply lies in its journal. */
export interface IdPlace {
  readonly revision: number;
  readonly index: number;
}

/** A table from 16-byte digests to places, in typed arrays. */
export interface Generation {
  readonly size: number;
  /** What it takes: 30 to 38 bytes an id, once there are a thousand. */
  readonly bytes: number;
  get(digest: string): IdPlace | undefined;
  set(digest: string, place: IdPlace): void;
  /** All ids, six words each. Not to be changed; the next `set` may change it. */
  words(): Uint32Array<ArrayBuffer>;
}

/** Four words of digest, then the revision (never 0), then the index. */
const WORDS = 6;
const FIRST_IDS = 128;
const FIRST_SLOTS = 256;

/** Begins with the ids of an earlier one; places in its words with the revision 0 hold none. */
export const createGeneration = (told: Uint32Array<ArrayBuffer> = new Uint32Array()): Generation => {
  /** The ids one behind the other, however full the slots are. */
  let ids = new Uint32Array(Math.max(FIRST_IDS * WORDS, told.length));
  /** By digest, the numbers of ids from 1 on; in the bits that no number needs, a part of the digest. 0: free. */
  let slots = new Uint32Array(Math.max(FIRST_SLOTS, slotsFor(told.length / WORDS)));
  let size = 0;
  const probe = new Uint32Array(4);

  /** The slot of the probed digest, or the free one where it belongs. */
  const slotOf = (): number => {
    const numbers = slots.length - 1;
    const [first = 0, second = 0] = probe;
    for (let slot = first & numbers; ; slot = (slot + 1) & numbers) {
      const held = slots[slot] ?? 0;
      if (held === 0) return slot;
      const isLike = ((held ^ second) & ~numbers) === 0;
      if (isLike && holds(ids, wordOf(held & numbers), probe)) return slot;
    }
  };
  const occupy = (slot: number, number: number): void => {
    slots[slot] = ((probe[1] ?? 0) & ~(slots.length - 1)) | number;
  };
  const numberIn = (slot: number): number => (slots[slot] ?? 0) & (slots.length - 1);
  const add = (slot: number): number => {
    size += 1;
    occupy(slot, size);
    copyDigest(probe, 0, ids, wordOf(size));
    return size;
  };
  const put = (revision: number, index: number): void => {
    const slot = slotOf();
    const at = wordOf(numberIn(slot) || add(slot));
    ids[at + 4] = revision;
    ids[at + 5] = index;
  };
  const makeRoom = (): void => {
    // By an eighth: copying is cheap, and room that is not used yet is not.
    if (size * WORDS === ids.length) ids = longer(ids, Math.max(FIRST_IDS, size >> 3) * WORDS);
    if ((size + 1) * 4 <= slots.length * 3) return;
    slots = new Uint32Array(slots.length * 2);
    for (let number = 1; number <= size; number++) {
      copyDigest(ids, wordOf(number), probe, 0);
      occupy(slotOf(), number);
    }
  };

  for (let at = 0; at < told.length; at += WORDS) {
    const revision = told[at + 4] ?? 0;
    if (revision === 0) continue;
    copyDigest(told, at, probe, 0);
    put(revision, told[at + 5] ?? 0);
  }

  return {
    get size() {
      return size;
    },
    get bytes() {
      return ids.byteLength + slots.byteLength;
    },
    get: (digest) => {
      readDigest(digest, probe);
      const number = numberIn(slotOf());
      const at = wordOf(number);
      return number === 0 ? undefined : { revision: ids[at + 4] ?? 0, index: ids[at + 5] ?? 0 };
    },
    set: (digest, { revision, index }) => {
      makeRoom();
      readDigest(digest, probe);
      put(revision, index);
    },
    words: () => ids.subarray(0, size * WORDS),
  };
};

/** A power of two, of which at most three quarters are taken. */
const slotsFor = (size: number): number => 2 ** Math.ceil(Math.log2((size * 4) / 3));

const longer = (words: Uint32Array, by: number): Uint32Array<ArrayBuffer> => {
  const grown = new Uint32Array(words.length + by);
  grown.set(words);
  return grown;
};

/** Where an id lies, by its number. */
const wordOf = (number: number): number => (number - 1) * WORDS;

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

/** Without the view of a part that `set` would take: that costs more than everything else. */
const copyDigest = (from: Uint32Array, at: number, to: Uint32Array, place: number): void => {
  for (let word = 0; word < 4; word++) to[place + word] = from[at + word] ?? 0;
};

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
