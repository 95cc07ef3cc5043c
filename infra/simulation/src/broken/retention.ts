import { type VerdictState, verdictsDecider } from '@edict/core';
import type { VerdictDecider } from '@edict/engine';
import type { OpenJournal, Snapshots } from '@edict/journal';

/** Which frames of a snapshot hold the tables of ids. */
const ID_FRAME = 2;

/** Begins with a state, and with none of the ids that came with it. */
export const forgettingIds = (snapshots: Snapshots): Snapshots => ({
  ...snapshots,
  read: async function* (journal, id) {
    const read: Uint8Array[] = [];
    for await (const frame of snapshots.read(journal, id)) {
      const own = Uint8Array.from(frame);
      read.push(own);
      yield own;
    }
    // By now it was compared with its hash.
    for (const frame of read) if (frame[0] === ID_FRAME) frame.fill(0, 1);
  },
});

const truth: VerdictDecider = verdictsDecider;

/** Takes the state of a snapshot for that of today: what was committed after it counts for nothing. */
export const trustingStale = (): VerdictDecider => {
  const stale = new WeakSet<VerdictState>();
  return {
    ...truth,
    restore: () => {
      const restoring = truth.restore?.();
      if (restoring === undefined) throw new Error('verdicts can be restored');
      return {
        add: restoring.add,
        done: () => {
          const state = restoring.done();
          stale.add(state);
          return state;
        },
      };
    },
    decide: (input, state) => {
      stale.delete(state);
      return truth.decide(input, state);
    },
    evolve: (state, event, place) => {
      if (!stale.has(state)) truth.evolve(state, event, place);
    },
  };
};

/** Purges everything but the head, whatever the checkpoints cover. */
export const purgingAll =
  (open: OpenJournal): OpenJournal =>
  async (name) => {
    const journal = await open(name);
    return { ...journal, purge: async () => journal.purge?.(Number.MAX_SAFE_INTEGER) };
  };
