import { journalName } from '@edict/contracts';
import { verdictsDecider } from '@edict/core';
import { createHost, systemClock } from '@edict/journal';
import { connectStore, jetStreamJournals, type StoreConnection, streamSnapshots } from '@edict/nats';
import { measureRounds } from '../measure/rounds.ts';
import type { Row, Sample } from '../measure/sample.ts';
import { watchUsage } from '../measure/usage.ts';
import type { Task } from './run-task.ts';

export interface TakeOverInput {
  readonly url: string;
  readonly server: number;
  readonly rounds: number;
  readonly rows: readonly {
    readonly name: string;
    /** From the newest checkpoint on; else from the first commit. */
    readonly fromCheckpoint: boolean;
    readonly reference?: boolean;
  }[];
}

/** Loads a partition's journal as its owner does after the claim, again and again, without ever becoming its owner. */
export const task: Task<TakeOverInput, readonly Row[]> = async ({ url, server, rounds, rows }) => {
  const store = await connectStore({ url, name: 'bench take-over' });
  const variants = rows.map(({ name, fromCheckpoint, reference = false }) => ({
    name,
    reference,
    sample: () => load(store, server, fromCheckpoint),
  }));
  const measured = await measureRounds(rounds, variants);
  await store.close();
  return measured;
};

const load = async (store: StoreConnection, server: number, fromCheckpoint: boolean): Promise<Sample> => {
  globalThis.gc?.();
  const journal = await jetStreamJournals(store)(journalName('verdicts', 0));
  const used = watchUsage({ server, owner: process.pid });
  const host = createHost({
    journal,
    decider: verdictsDecider,
    clock: systemClock,
    incarnation: 'bench',
    facts: () => {
      throw new Error('nothing is decided here');
    },
    ...(fromCheckpoint && { checkpoints: { snapshots: streamSnapshots(store) } }),
  });
  await host.load();
  const { seconds, cpuMicros, noise } = used(1);
  const { revision } = host.status();
  await journal.close();
  return {
    operations: 1,
    failures: revision > 0 ? 0 : 1,
    metrics: { elapsedMs: seconds * 1_000 },
    cpuMicros,
    noise,
  };
};
