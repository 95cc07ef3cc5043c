import { parseCommit } from '../commit-text.ts';
import type { Journal } from '../journal.ts';
import type { CheckpointCommand } from './checkpoint-command.ts';

export interface RetentionOptions {
  readonly journal: Journal;
  /** How snapshots are written that this build can begin with. */
  readonly format: string;
  /** The checkpoints whose snapshots are kept, each read back just now. */
  readonly kept: readonly CheckpointCommand[];
  /** The earliest revision that somebody may still ask for, as of a state above which nothing older comes up again. */
  readonly needed: number;
  /** Milliseconds since 1970: what was committed after that stays. */
  readonly since: number;
}

/** So many checkpoints have to be good before anything below them goes: one may be damaged later. */
const COVERS = 2;

/**
 * Purges what nobody needs any more: below every kept checkpoint, and never anything that is
 * needed or young. Whoever does it a second time, or late, changes nothing. Gives the first revision that stays;
 * `undefined` when nothing could go.
 */
export const purgeCovered = async (options: RetentionOptions): Promise<number | undefined> => {
  const { journal, format, kept, needed, since } = options;
  const first = (await journal.first?.()) ?? 1;
  if (journal.purge === undefined || needed <= first) return undefined;
  if (kept.length < COVERS || kept.some((checkpoint) => checkpoint.format !== format)) return undefined;
  const covered = Math.min(...kept.map(({ revision }) => revision));
  const below = await firstAfter(journal, since, first, Math.min(covered + 1, needed));
  if (below <= first) return undefined;
  await journal.purge(below);
  return below;
};

/** The first revision from `low` up to `high` whose time is after another one; times never go backwards. */
const firstAfter = async (journal: Journal, time: number, low: number, high: number): Promise<number> => {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const stored = await journal.get(middle);
    // Somebody else has purged it: then it was old.
    const at = stored === undefined ? 0 : (parseCommit(journal.name, stored.bytes).entries.at(-1)?.at ?? 0);
    if (at > time) to = middle;
    else from = middle + 1;
  }
  return from;
};
