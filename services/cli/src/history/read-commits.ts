import type { Commit, JournalKind } from '@edict/contracts';
import { parseCommit } from '@edict/journal';
import type { StoreReader } from './store-reader.ts';

/** The parsed commits of every journal of a kind. Throws `JOURNAL_BROKEN` for one that cannot be read. */
export async function* readCommits(store: StoreReader, kind: JournalKind): AsyncGenerator<Commit> {
  for await (const { journal, bytes } of store.commits(kind)) yield parseCommit(journal, bytes);
}
