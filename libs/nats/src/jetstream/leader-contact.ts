/** What a leader says about the copies of its stream; absent on a server that is alone. */
export interface StreamCluster {
  readonly replicas?: readonly {
    /** Nanoseconds since the leader heard from it. */
    readonly active?: number;
    readonly offline?: boolean;
  }[];
}

const NS_PER_MS = 1_000_000;

/**
 * How long ago (milliseconds) a leader last heard a majority of its copies: until then nobody else can have led, and
 * what it knew was all there was. One that was cut off answers for some ten seconds more, while the others elect another.
 * 0 for a server that is alone; `Infinity` when it does not hear a majority at all.
 */
export const majorityHeardAgo = ({ replicas = [] }: StreamCluster = {}): number => {
  const ages = replicas
    .map(({ active, offline }) =>
      offline === true || active === undefined ? Number.POSITIVE_INFINITY : active,
    )
    .sort((a, b) => a - b);
  const needed = Math.floor((replicas.length + 1) / 2);
  return needed === 0 ? 0 : (ages[needed - 1] ?? Number.POSITIVE_INFINITY) / NS_PER_MS;
};

/** Followers answer a leader each second. */
const HEARD_WITHIN_MS = 2_500;

/** Whether a leader is to be believed. */
export const leadsMajority = (cluster: StreamCluster | undefined): boolean =>
  majorityHeardAgo(cluster) < HEARD_WITHIN_MS;
