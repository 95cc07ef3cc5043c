/** The broker's sequence of each revision of one journal, 8 bytes each. */
export interface RevisionIndex {
  /** Sequence of a revision; 0 for revision 0, `undefined` when it has not been seen. */
  sequenceOf(revision: number): number | undefined;
  learn(revision: number, sequence: number): void;
  /** The highest revision seen; 0 when none. */
  last(): number;
}

const FIRST_CAPACITY = 1_024;

export const createRevisionIndex = (): RevisionIndex => {
  let sequences = new Float64Array(FIRST_CAPACITY);
  let last = 0;
  return {
    sequenceOf: (revision) => (revision === 0 ? 0 : sequences[revision] || undefined),
    learn: (revision, sequence) => {
      if (revision >= sequences.length) {
        const larger = new Float64Array(Math.max(sequences.length * 2, revision + 1));
        larger.set(sequences);
        sequences = larger;
      }
      sequences[revision] = sequence;
      if (revision > last) last = revision;
    },
    last: () => last,
  };
};
