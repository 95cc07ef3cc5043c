/** What a leader says about the copies of its stream; absent on a server that is alone. */
export interface StreamCluster {
  readonly replicas?: readonly {
    /** Nanoseconds since the leader heard from it. */
    readonly active?: number;
    readonly offline?: boolean;
  }[];
}

/** Followers answer a leader each second, and none of them elects another before 4 s of silence. */
const HEARD_WITHIN_NS = 2_500_000_000;

/**
 * Whether a leader was still the only one when it answered. One that was cut off from the others answers for some ten
 * seconds more, from what it knew, while they elect another.
 */
export const leadsMajority = ({ replicas = [] }: StreamCluster = {}): boolean => {
  const heard = replicas.filter(
    ({ active, offline }) => offline !== true && active !== undefined && active < HEARD_WITHIN_NS,
  ).length;
  return 2 * (heard + 1) > replicas.length + 1;
};
