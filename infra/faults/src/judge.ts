import { checkRun, type Exchange, type ReplayDifference, type Report, type Run } from '@edict/checker';
import { natsStoreReader, replayOf } from '@edict/cli/history';
import { JOURNAL_KINDS, type JournalName, splitJournal } from '@edict/contracts';
import { createPolicyDirectory } from '@edict/engine';
import { parseCommit } from '@edict/journal';
import { connectStore } from '@edict/nats';

/** Every journal's commits as they are stored, oldest first. */
export const readJournals = async (url: string): Promise<Map<JournalName, Uint8Array[]>> => {
  const store = await connectStore({ url, name: 'judge' });
  try {
    const reader = natsStoreReader(store);
    const journals = new Map<JournalName, Uint8Array[]>();
    for (const kind of JOURNAL_KINDS) {
      for await (const { journal, bytes } of reader.commits(kind)) {
        const commits = journals.get(journal) ?? [];
        commits.push(Uint8Array.from(bytes));
        journals.set(journal, commits);
      }
    }
    return journals;
  } finally {
    await store.close();
  }
};

/** Judges what clients were told by what the journals hold. */
export const judge = (history: readonly Exchange[], journals: Run['journals'], quietUntil: number): Report =>
  checkRun({ history, journals, quietUntil, replay: replayAll });

const replayAll = (journals: Run['journals']): readonly ReplayDifference[] => {
  const directory = createPolicyDirectory();
  for (const [name, commits] of journals) {
    const { kind, key } = splitJournal(name);
    if (kind !== 'policies') continue;
    for (const bytes of commits) directory.apply(key, parseCommit(name, bytes));
  }
  return [...journals].flatMap(([name, commits]) => {
    const replay = replayOf(name, directory, {});
    for (const bytes of commits) replay.add({ bytes });
    return replay.result().differences.map(({ commit, entry, recorded, derived }) => ({
      place: `${commit} ${entry}`,
      why: `recorded ${JSON.stringify(recorded)}, derived ${JSON.stringify(derived)}`,
    }));
  });
};
