/** Tells whether this process was frozen: by a tick that did not come when it was due. */
export interface Punctuality {
  /** Notes a tick; answers whether the lateness before it is over now, so that a new life must begin. */
  tick(now: number): boolean;
  /** Whether the tick is overdue now, or came late and the one after it has not come yet. */
  late(now: number): boolean;
}

/** Ticks are due every `intervalMs`; more than `toleranceMs` after that is late. All times are monotonic. */
export const createPunctuality = (intervalMs: number, toleranceMs: number, start: number): Punctuality => {
  let limit = start + intervalMs + toleranceMs;
  let cameLate = false;
  return {
    tick: (now) => {
      const isLate = now > limit;
      const recovered = cameLate && !isLate;
      cameLate = isLate;
      limit = now + intervalMs + toleranceMs;
      return recovered;
    },
    late: (now) => cameLate || now > limit,
  };
};
