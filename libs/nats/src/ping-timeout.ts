import type { Connection } from './connections.ts';

const SETTINGS = '$SYS.REQ.SERVER.PING.VARZ';
const STALL_MS = 200;
const MOST_MS = 500;
const NS_PER_MS = 1_000_000;

/** A server closes a connection at the ping after the last one that may stay unanswered. */
export const slowestFind = (intervalMs: number, max: number): number => intervalMs * (max + 1);

/**
 * How long a client that was frozen keeps its share of requests at the most, in milliseconds; of several servers the
 * longest. `undefined` when no server tells: that takes an account that imports `$SYS.REQ.SERVER.PING.VARZ`.
 */
export const readPingTimeout = async ({ nc }: Pick<Connection, 'nc'>): Promise<number | undefined> => {
  let longest: number | undefined;
  try {
    const options = { strategy: 'stall', stall: STALL_MS, maxWait: MOST_MS } as const;
    for await (const reply of await nc.requestMany(SETTINGS, '', options)) {
      const { data } = reply.json<{ data?: { ping_interval?: unknown; ping_max?: unknown } }>();
      const { ping_interval: interval, ping_max: max } = data ?? {};
      if (typeof interval !== 'number' || typeof max !== 'number') continue;
      longest = Math.max(longest ?? 0, slowestFind(interval / NS_PER_MS, max));
    }
  } catch {
    // Nobody answers there, or it may not be asked: then the server does not tell.
  }
  return longest;
};
