import { JOURNAL_KINDS, type JournalName, journalAt, STREAMS } from '@edict/contracts';
import { connectStore, followStream, lastSequence } from '@edict/nats';
import { eventually } from './eventually.ts';

/** Somebody who reads every commit as it is stored and keeps it, whatever is purged. */
export interface Witness {
  /** Everything that was stored so far, oldest first. */
  journals(): Promise<ReadonlyMap<JournalName, readonly Uint8Array[]>>;
  close(): Promise<void>;
}

export const startWitness = async (url: string): Promise<Witness> => {
  const store = await connectStore({ url, name: 'witness' });
  const journals = new Map<JournalName, Uint8Array[]>();
  const followed = JOURNAL_KINDS.map((kind) => {
    const stream = STREAMS[kind];
    const onMessage = (subject: string, data: Uint8Array): void => {
      const journal = journalAt(subject);
      if (journal === undefined) return;
      const commits = journals.get(journal) ?? [];
      commits.push(Uint8Array.from(data));
      journals.set(journal, commits);
    };
    return { stream, following: followStream(store, { stream, onMessage }) };
  });
  return {
    journals: async () => {
      for (const { stream, following } of followed) {
        await eventually(`all of ${stream} was witnessed`, async () => {
          const last = await lastSequence(store, stream).catch(() => Number.POSITIVE_INFINITY);
          return following.position() >= last;
        });
      }
      return journals;
    },
    close: async () => {
      for (const { following } of followed) following.stop();
      await store.close();
    },
  };
};
