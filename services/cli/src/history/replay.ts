import { type Entry, Fault, type JournalEvent, type JournalName } from '@edict/contracts';
import { canonicalText } from '@edict/core';
import {
  assertFollows,
  type Decider,
  EMPTY_HEAD,
  type Head,
  isCheckpoint,
  loadCheckpoint,
  type OpenCommit,
  openCommit,
  type SpeculativeState,
  type StoredEntry,
  sha256Text,
} from '@edict/journal';
import type { StoredMessage, StoreReader } from './store-reader.ts';

/** A decider with what replay needs of it besides: the input of an entry again, and its state as plain JSON. */
export interface Replayer<C, E extends JournalEvent, S extends SpeculativeState, F> {
  readonly decider: Decider<C, E, S, F>;
  /** What was decided and what the decision depended on, from what was stored; `undefined` when that is gone. */
  readonly inputOf: (entry: Entry<C, E>) => { readonly command: C; readonly facts: F } | undefined;
  readonly snapshot: (state: S) => unknown;
}

/** An entry that would be decided otherwise today. */
export interface Difference {
  /** `<journal>/<revision>`, and the entry in it. */
  readonly commit: string;
  readonly entry: string;
  readonly recorded: readonly unknown[];
  readonly derived: readonly unknown[] | { readonly refused: unknown };
}

/** A journal's state, rebuilt from its first event, or from the state of a checkpoint when what lies below was purged. */
export interface Replayed {
  readonly journal: JournalName;
  /** Where it begins: after the commit of that revision and time, whose state was kept; `null`: at the first event. */
  readonly began: { readonly revision: number; readonly at: string } | null;
  readonly revision: number;
  /** SHA-256 of the last commit's bytes. */
  readonly head: string;
  readonly events: number;
  readonly entries: number;
  /** How many entries were decided again: all of those whose facts can still be had. */
  readonly rederived: number;
  readonly differences: readonly Difference[];
  /** SHA-256 of the state's RFC 8785 form. */
  readonly state_hash: string;
  readonly state: unknown;
}

/** Where the states of journals are kept whose first commits were purged. */
export type KeptStates = Pick<StoreReader, 'openJournal' | 'snapshots'>;

/** Where to stop. */
export interface Until {
  readonly revision?: number;
  /** Milliseconds since 1970: later commits are left out. */
  readonly time?: number;
}

/**
 * Rebuilds one journal, commit by commit. Each entry is decided again on the state as it then was, from what was
 * stored with it; the recorded events are what is folded, whatever deciding again gives. A journal whose first commits
 * were purged is rebuilt from the oldest checkpoint above them, once it was told to `begin` there.
 * Throws `JOURNAL_BROKEN` when a commit does not fit the chain.
 */
export const createReplay = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  journal: JournalName,
  replayer: Replayer<C, E, S, F>,
  until: Until,
) => {
  const { decider, snapshot } = replayer;
  let state = decider.initialState();
  let began: Replayed['began'] = null;
  const differences: Difference[] = [];
  let head: Head = EMPTY_HEAD;
  let events = 0;
  let entries = 0;
  let rederived = 0;
  let ended = false;

  const add = ({ bytes }: Pick<StoredMessage, 'bytes'>): void => {
    if (ended) return;
    const commit = openCommit(journal, bytes);
    // What a kept state includes is not decided again: what came before it is gone.
    if (began !== null && commit.revision <= began.revision) return;
    assertFollows({ ...commit, entries: [] }, head);
    if (isBeyond(commit, until)) {
      ended = true;
      return;
    }
    const folded = foldAndCompare(commit, state, replayer, differences);
    rederived += folded.rederived;
    events += folded.events;
    entries += folded.entries;
    head = { revision: commit.revision, hash: sha256Text(bytes) };
  };

  const begin = async ({ openJournal, snapshots }: KeptStates): Promise<void> => {
    const oldestFirst = async (name: JournalName) => (await snapshots.sealed(name)).toReversed();
    const source = await openJournal(journal);
    const { loaded, passedOver } = await loadCheckpoint(source, decider, {
      ...snapshots,
      sealed: oldestFirst,
    });
    await source.close();
    if (loaded === undefined) {
      const why = passedOver.length === 0 ? 'there is none' : passedOver.join('; ');
      throw new Fault('JOURNAL_BROKEN', `${journal} was purged, and no checkpoint can be used: ${why}`);
    }
    state = loaded.state;
    head = loaded.head;
    began = { revision: head.revision, at: new Date(loaded.lastAt).toISOString() };
  };

  const result = (): Replayed => {
    const described = snapshot(state);
    return {
      journal,
      began,
      revision: head.revision,
      head: head.hash,
      events,
      entries,
      rederived,
      differences,
      state_hash: sha256Text(canonicalText(described)),
      state: described,
    };
  };
  return { add, begin, result };
};

const isBeyond = ({ revision, entries }: OpenCommit, until: Until): boolean =>
  (until.revision !== undefined && revision > until.revision) ||
  (until.time !== undefined && [...entries].some(({ at }) => at > (until.time ?? 0)));

/**
 * Entry by entry, because those of a commit saw each other's events: decide again, compare, fold what was recorded.
 * What comes out as recorded is folded as it came out.
 */
const foldAndCompare = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  { journal, revision, entries }: OpenCommit,
  state: S,
  replayer: Replayer<C, E, S, F>,
  differences: Difference[],
): { rederived: number; entries: number; events: number } => {
  const count = { rederived: 0, entries: 0, events: 0 };
  for (const each of entries) {
    const entry = each as StoredEntry & Entry<C, E>;
    const { command, ws, at, id } = entry;
    const derived = deriveAgain(entry, state, replayer);
    const equal = Array.isArray(derived) && entry.holds(JSON.stringify(derived));
    const recorded: readonly E[] = equal ? derived : entry.events;
    if (derived !== undefined && !equal) {
      differences.push({ commit: `${journal}/${revision}`, entry: id, recorded, derived });
    }
    for (const event of recorded) {
      replayer.decider.evolve(state, event, { ws, at, revision, index: count.events, command });
      count.events += 1;
    }
    count.entries += 1;
    if (derived !== undefined) count.rederived += 1;
  }
  return count;
};

/** `undefined` for a checkpoint, which decided nothing, and where the facts are gone. */
const deriveAgain = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  entry: Entry<C, E>,
  state: S,
  { decider, inputOf }: Replayer<C, E, S, F>,
): readonly E[] | { readonly refused: unknown } | undefined => {
  const input = isCheckpoint(entry.command) ? undefined : inputOf(entry);
  if (input === undefined) return undefined;
  const decision = decider.decide({ ...input, ws: entry.ws, at: entry.at }, state);
  return decision.ok ? decision.events : { refused: decision.rejection };
};
