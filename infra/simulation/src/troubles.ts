import type { Random } from './random.ts';

/** How the network, the store and the machines misbehave in one run. Shares are of messages; 0 is never. */
export interface Troubles {
  /** Messages on the bus that vanish, come twice, or take long. */
  readonly drop: number;
  readonly duplicate: number;
  readonly slow: number;
  /** Operations of the store that never reach it, whose answer is lost, or that reach it after the caller gave up. */
  readonly storeDrop: number;
  readonly ackLost: number;
  readonly storeLate: number;
  /** How often a machine is killed, stopped, its clock shifted, or the store gone for a while: mean milliseconds between. */
  readonly crashEvery: number;
  readonly pauseEvery: number;
  readonly clockEvery: number;
  readonly outageEvery: number;
  /** How often the policy feed of a member stalls: a share of its messages. */
  readonly feedStall: number;
  /** How often a snapshot is lost, damaged or swapped for an older one: mean milliseconds between. */
  readonly spoilEvery: number;
  /** After how many commits a checkpoint is taken. */
  readonly checkpointCommits: number;
  /** Whether each member takes itself for the owner of everything, all the time: ownership is only a hint. */
  readonly everybodyOwns: boolean;
}

export const NO_TROUBLES: Troubles = {
  drop: 0,
  duplicate: 0,
  slow: 0,
  storeDrop: 0,
  ackLost: 0,
  storeLate: 0,
  crashEvery: Number.POSITIVE_INFINITY,
  pauseEvery: Number.POSITIVE_INFINITY,
  clockEvery: Number.POSITIVE_INFINITY,
  outageEvery: Number.POSITIVE_INFINITY,
  feedStall: 0,
  spoilEvery: Number.POSITIVE_INFINITY,
  checkpointCommits: Number.POSITIVE_INFINITY,
  everybodyOwns: false,
};

/** Each run has its own mixture: some faults often, others not at all, so that they do not hide each other. */
export const drawTroubles = (random: Random): Troubles => {
  const share = (most: number): number => (random.chance(0.5) ? random.next() * most : 0);
  const every = (least: number, most: number): number =>
    random.chance(0.5) ? random.int(least, most) : Number.POSITIVE_INFINITY;
  return {
    drop: share(0.1),
    duplicate: share(0.2),
    slow: share(0.2),
    storeDrop: share(0.1),
    ackLost: share(0.2),
    storeLate: share(0.05),
    crashEvery: every(2_000, 10_000),
    pauseEvery: every(1_500, 8_000),
    clockEvery: every(2_000, 8_000),
    outageEvery: every(8_000, 20_000),
    feedStall: share(0.5),
    spoilEvery: every(1_000, 6_000),
    checkpointCommits: random.int(3, 12),
    everybodyOwns: random.chance(0.15),
  };
};
