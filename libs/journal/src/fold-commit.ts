import type { Commit, JournalEvent } from '@edict/contracts';
import type { Decider, SpeculativeState } from './decider.ts';
import { shortDigest } from './hash.ts';
import type { CommittedEvent } from './host-options.ts';
import type { IdMemory } from './id-memory.ts';

/** Folds a stored commit into a state and an id memory: how a journal becomes state again. */
export const foldCommit = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  commit: Commit,
  decider: Decider<C, E, S, F>,
  state: S,
  memory: IdMemory | undefined,
): CommittedEvent<E>[] => {
  const folded: CommittedEvent<E>[] = [];
  const { journal, revision } = commit;
  for (const { ws, at, command, events } of commit.entries) {
    for (const stored of events) {
      const event = stored as E;
      const index = folded.length;
      const place = { ws, at, revision, index, command };
      decider.evolve(state, event, place);
      folded.push({ event, ws, at, command, receipt: { journal, revision, index } });
      if (memory !== undefined) noteIds(decider, event, place, memory);
    }
  }
  return folded;
};

const noteIds = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  decider: Decider<C, E, S, F>,
  event: E,
  place: Parameters<Decider<C, E, S, F>['about']>[1],
  memory: IdMemory,
): void => {
  for (const { key, answers, place: reply } of decider.about(event, place)) {
    const digest = shortDigest(key);
    if (answers) memory.remember(digest, { revision: place.revision, index: place.index }, place.at);
    else memory.touch(digest, place.at, reply);
  }
};
