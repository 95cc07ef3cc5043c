import type { StoreConnection } from '../connections.ts';
import { streamEnd } from './jetstream-api.ts';

/** Resolves when what the leader of a stream says now is all there is; fault `UNAVAILABLE` when nobody can tell. */
export type LeaderCheck = () => Promise<void>;

/** With what it may take until a leader was heard, far less than the others need to elect another (4 s). */
const GOOD_FOR_MS = 500;
/** Copies are added by operators, and the server that has the only one leads them at first. */
const ALONE_FOR_MS = 10_000;

/** The checks of all streams, each shared by whoever reads there. */
export const createLeaderChecks = (
  store: StoreConnection,
  timeoutMs: number,
): ((stream: string) => LeaderCheck) => {
  const checks = new Map<string, LeaderCheck>();
  return (stream) => {
    const check = checks.get(stream) ?? createLeaderCheck(store, stream, timeoutMs);
    checks.set(stream, check);
    return check;
  };
};

/**
 * A leader that was cut off answers reads for some ten seconds more. One that hears a majority of its copies is the
 * only one for a while, so it is not asked about that again at once, unless another server may be answering.
 */
const createLeaderCheck = (store: StoreConnection, stream: string, timeoutMs: number): LeaderCheck => {
  let goodUntil = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;
  store.onChange(() => {
    goodUntil = Number.NEGATIVE_INFINITY;
    asking = undefined;
  });

  const ask = (): Promise<void> => {
    const sent = performance.now();
    const asked = streamEnd(store, stream, timeoutMs)
      .then(({ certainAgo }) => {
        if (asking === asked) goodUntil = sent + (certainAgo === 0 ? ALONE_FOR_MS : GOOD_FOR_MS);
      })
      .finally(() => {
        if (asking === asked) asking = undefined;
      });
    asking = asked;
    return asked;
  };
  return async () => {
    if (performance.now() >= goodUntil) await (asking ?? ask());
  };
};
