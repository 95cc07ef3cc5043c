import type { Random } from './random.ts';

/** Time and order of a simulated run: nothing happens but what is scheduled here, one thing after the other. */
export interface World {
  readonly random: Random;
  /** Milliseconds since the run began, with fractions. */
  now(): number;
  /** Lets something happen after that many milliseconds; the result takes it back. */
  after(ms: number, run: () => void): () => void;
  /** Runs until a moment; settles when everything up to then has happened. */
  runUntil(ms: number): Promise<void>;
  /** Notes what happens, when somebody wants to read it. */
  tell(who: string, what: () => string): void;
  /** How many things have happened. */
  steps(): number;
}

interface Event {
  readonly time: number;
  /** Decides between events of one moment: by chance. */
  readonly rank: number;
  readonly run: () => void;
  cancelled: boolean;
}

export type Tell = (time: number, who: string, what: string) => void;

export const createWorld = (random: Random, tell?: Tell): World => {
  const queue = createHeap();
  let now = 0;
  let steps = 0;
  return {
    random,
    now: () => now,
    after: (ms, run) => {
      const event = { time: now + Math.max(0, ms), rank: random.next(), run, cancelled: false };
      queue.push(event);
      return () => {
        event.cancelled = true;
      };
    },
    runUntil: async (end) => {
      for (let event = queue.peek(); event !== undefined && event.time <= end; event = queue.peek()) {
        queue.pop();
        if (event.cancelled) continue;
        now = event.time;
        steps += 1;
        event.run();
        await everythingThatFollows();
      }
      now = end;
    },
    tell: (who, what) => tell?.(now, who, what()),
    steps: () => steps,
  };
};

/** Twice: the hosts end their turns with one of these themselves, and what follows from that belongs to the same step. */
const everythingThatFollows = async (): Promise<void> => {
  await turn();
  await turn();
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Events by time, then rank: a binary heap. */
const createHeap = () => {
  const events: Event[] = [];
  const isBefore = (a: Event, b: Event): boolean => a.time < b.time || (a.time === b.time && a.rank < b.rank);
  const swap = (i: number, j: number): void => {
    const [a, b] = [events[i], events[j]];
    if (a === undefined || b === undefined) return;
    events[i] = b;
    events[j] = a;
  };
  const before = (i: number, j: number): boolean => {
    const [a, b] = [events[i], events[j]];
    return a !== undefined && b !== undefined && isBefore(a, b);
  };
  const sink = (from: number): void => {
    for (let i = from; ; ) {
      const left = 2 * i + 1;
      let first = before(left, i) ? left : i;
      if (before(left + 1, first)) first = left + 1;
      if (first === i) return;
      swap(i, first);
      i = first;
    }
  };
  return {
    peek: (): Event | undefined => events[0],
    push: (event: Event): void => {
      let i = events.push(event) - 1;
      for (let parent = (i - 1) >> 1; i > 0 && before(i, parent); parent = (i - 1) >> 1) {
        swap(i, parent);
        i = parent;
      }
    },
    pop: (): void => {
      const last = events.pop();
      if (last === undefined || events.length === 0) return;
      events[0] = last;
      sink(0);
    },
  };
};
