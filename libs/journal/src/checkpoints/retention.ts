import { parseCommit } from '../commit-text.ts';
import type { Journal } from '../journal.ts';
import { checkpointAt } from './load-checkpoint.ts';
import type { SealedSnapshot, Snapshots } from './snapshots.ts';
import { readSnapshot } from './take-checkpoint.ts';

export interface RetentionOptions {
  readonly journal: Journal;
  readonly snapshots: Snapshots;
  /** How snapshots are written that this build can begin with. */
  readonly format: string;
  /** The snapshots that are kept. */
  readonly kept: readonly SealedSnapshot[];
  /** The earliest revision that somebody may still ask for, as of a state above which nothing older comes up again. */
  readonly needed: number;
  /** Milliseconds since 1970: what was committed after that stays. */
  readonly since: number;
}

/** So many checkpoints have to be good before anything below them goes: one may be damaged later. */
const COVERS = 2;

/**
 * Purges what nobody needs any more: below every kept checkpoint, each read back just now, and never anything that is
 * needed or young. Whoever does it a second time, or late, changes nothing. Gives the first revision that stays;
 * `undefined` when nothing could go.
 */
export const purgeCovered = async (options: RetentionOptions): Promise<number | undefined> => {
  const { journal, needed, since } = options;
  const first = (await journal.first?.()) ?? 1;
  if (journal.purge === undefined || needed <= first) return undefined;
  const covered = await coveredUpTo(options);
  if (covered === undefined) return undefined;
  const below = await firstAfter(journal, since, first, Math.min(covered + 1, needed));
  if (below <= first) return undefined;
  await journal.purge(below);
  return below;
};

/** The revision up to which every kept snapshot holds what was committed; `undefined` when one of them is no good. */
const coveredUpTo = async (options: RetentionOptions): Promise<number | undefined> => {
  const { journal, snapshots, format, kept } = options;
  if (kept.length < COVERS) return undefined;
  let covered = Number.POSITIVE_INFINITY;
  for (const { id, checkpoint } of kept) {
    const command = await checkpointAt(journal, checkpoint, id);
    if (command?.format !== format) return undefined;
    if ((await readSnapshot(snapshots, journal.name, command)) === undefined) return undefined;
    covered = Math.min(covered, command.revision);
  }
  return covered;
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
