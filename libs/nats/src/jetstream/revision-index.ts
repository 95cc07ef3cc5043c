/** Where the newest revisions of one journal lie in its stream, in memory that stays flat however many there are. */
export interface RevisionIndex {
  /** Sequence of a revision; 0 for revision 0, `undefined` when it was not seen, or had to make room for a newer one. */
  sequenceOf(revision: number): number | undefined;
  learn(revision: number, sequence: number): void;
  /** The highest revision seen; 0 when none. */
  last(): number;
}

const FIRST_SLOTS = 16;
/** What a busy journal takes in within the retry window, in which its commits may be asked for; 16 bytes each. */
const MOST_SLOTS = 131_072;

/** Each revision has its slot, in which the newest stays: of those that follow each other, none takes another's. */
export const createRevisionIndex = (): RevisionIndex => {
  let slots = FIRST_SLOTS;
  let revisions = new Float64Array(slots);
  let sequences = new Float64Array(slots);
  let last = 0;

  const place = (revision: number, sequence: number): void => {
    const slot = revision % slots;
    if ((revisions[slot] as number) > revision) return;
    revisions[slot] = revision;
    sequences[slot] = sequence;
  };
  const grow = (): void => {
    const [known, places] = [revisions, sequences];
    slots *= 2;
    revisions = new Float64Array(slots);
    sequences = new Float64Array(slots);
    for (const [slot, revision] of known.entries()) if (revision > 0) place(revision, places[slot] as number);
  };
  const isTaken = (revision: number): boolean => {
    const there = revisions[revision % slots] as number;
    return there > 0 && there !== revision;
  };

  return {
    sequenceOf: (revision) => {
      if (revision === 0) return 0;
      const slot = revision % slots;
      return revisions[slot] === revision ? sequences[slot] : undefined;
    },
    learn: (revision, sequence) => {
      while (slots < MOST_SLOTS && isTaken(revision)) grow();
      place(revision, sequence);
      if (revision > last) last = revision;
    },
    last: () => last,
  };
};
