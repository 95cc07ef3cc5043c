/** How fast a crowd is served, as its latest commits show. */
export interface Pace {
  /** Notes that so many were served in so many milliseconds. */
  note(served: number, ms: number): void;
  /** Whether so many will probably be served in half of a time in milliseconds; yes, as long as nothing is known. */
  serves(ahead: number, ms: number): boolean;
}

/** The guess may be wrong, and an answer has a way to go. */
const PART_OF_TIME = 0.5;
/** Of eight commits or so, the older the less: one that the disk held up says little about the next. */
const WEIGHT = 1 / 8;

export const createPace = (): Pace => {
  let msEach: number | undefined;
  return {
    note: (served, ms) => {
      if (served === 0) return;
      msEach = msEach === undefined ? ms / served : msEach + (ms / served - msEach) * WEIGHT;
    },
    serves: (ahead, ms) => msEach === undefined || ahead * msEach <= ms * PART_OF_TIME,
  };
};
