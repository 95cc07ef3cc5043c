/** What a server says about a stream and its copies. */
export interface StreamCopies {
  readonly config: { readonly num_replicas?: number };
  /** Absent on a server that is not in a cluster. */
  readonly cluster?: {
    /** Absent when whoever answers knows of none: then every copy answers, also one that is cut off. */
    readonly leader?: string;
    /** The copies of others. */
    readonly replicas?: readonly {
      /** The server that has it. */
      readonly name?: string;
      /** Nanoseconds since the leader heard from it; 0 when it never did. */
      readonly active?: number;
      readonly offline?: boolean;
    }[];
  };
}

const NS_PER_MS = 1_000_000;

/**
 * How long ago (milliseconds) a leader last heard a majority of its copies: until then nobody else can have led, and
 * what it knew was all there was. One that was cut off answers for some ten seconds more, while the others elect another.
 * 0 when there is one copy only; `Infinity` when it does not hear a majority at all, or does not lead.
 */
export const majorityHeardAgo = ({ config, cluster }: StreamCopies): number => {
  const needed = Math.floor((config.num_replicas ?? 1) / 2);
  if (needed === 0) return 0;
  const { leader, replicas = [] } = cluster ?? {};
  if (leader === undefined || replicas.some(({ name }) => name === leader)) return Number.POSITIVE_INFINITY;
  const ages = replicas
    .map(({ active = 0, offline }) => (offline === true || active === 0 ? Number.POSITIVE_INFINITY : active))
    .sort((a, b) => a - b);
  return (ages[needed - 1] ?? Number.POSITIVE_INFINITY) / NS_PER_MS;
};

/** Followers answer a leader each second, and elect another at the earliest 4 s after they last heard it. */
const HEARD_WITHIN_MS = 2_500;

/** Whether a leader that heard a majority so long ago still is the only one. */
export const leadsAlone = (heardAgo: number): boolean => heardAgo < HEARD_WITHIN_MS;
