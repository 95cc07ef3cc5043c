import { Fault } from '@edict/contracts';
import { provision } from '@edict/nats';
import type { ProjectorContext } from '../context.ts';
import { inParallel } from '../in-parallel.ts';
import type { ChainedCommit, Sink } from '../sink.ts';
import { openCheckpoint } from './checkpoint.ts';
import { openRows, type Row } from './rows.ts';

/** Folds commits, from each journal's first one on, and says which rows each of them changes. */
export interface Projection {
  /** Throws when a commit cannot be folded; then the state is as before. */
  fold(commit: ChainedCommit): readonly Row[];
}

/** Writes that are under way at a time. */
const AT_A_TIME = 128;

/**
 * A bucket whose rows are folded from journals. The fold begins at the first commit each time, as that of the
 * journal's owner does; only rows that the bucket lacks are written.
 */
export const createViewSink = (
  { store, provision: settings = {} }: ProjectorContext,
  bucket: string,
  createProjection: () => Projection,
): Sink => {
  const rows = openRows(store, bucket);
  const checkpoint = openCheckpoint(store, bucket);
  let projection = createProjection();
  let changed = new Map<string, Row>();

  return {
    open: async (anew) => {
      await provision(store, settings);
      projection = createProjection();
      changed = new Map();
      rows.forget();
      return { done: await checkpoint.open(anew), after: 0 };
    },
    take: (commit, lacking) => {
      const folded = projection.fold(commit);
      if (!lacking) return;
      for (const row of folded) changed.set(row.key, row);
    },
    flush: async (position) => {
      await inParallel([...changed.values()], AT_A_TIME, rows.write);
      if ((await checkpoint.save(position)) === 'gone') {
        throw new Fault('UNAVAILABLE', `the checkpoint of ${bucket} has vanished`, { retriable: true });
      }
      changed.clear();
    },
    intact: checkpoint.intact,
  };
};
