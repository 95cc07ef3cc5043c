import type { Commit, JournalEvent, JournalName } from '@edict/contracts';
import { Fault } from '@edict/contracts';
import { unpack } from './stored-form.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The head of a journal as its host knows it. */
export interface Head {
  readonly revision: number;
  /** Hash of the last commit's bytes; the empty text when there is none. */
  readonly hash: string;
}

export const EMPTY_HEAD: Head = { revision: 0, hash: '' };

/** JSON text of an event, given the text of its data. */
export const eventText = (type: string, dataText: string): string => `{"type":"${type}","data":${dataText}}`;

/** JSON text of one entry; `command`, `facts` and `events` are texts already. */
export const entryText = (entry: {
  id: string;
  at: number;
  ws: string;
  command: string;
  facts: string | undefined;
  events: string;
}): string => {
  const facts = entry.facts === undefined ? '' : `,"facts":${entry.facts}`;
  return `{"id":"${entry.id}","at":${entry.at},"ws":${JSON.stringify(entry.ws)},"command":${entry.command}${facts},"events":[${entry.events}]}`;
};

/** The bytes of a commit that follows a head, and where in them its entries begin (and, last, where one more would). */
export const commitBytes = (
  journal: JournalName,
  head: Head,
  semantics: number,
  entries: readonly string[],
): { readonly bytes: Buffer; readonly offsets: readonly number[] } => {
  const frame = `{"v":1,"journal":${JSON.stringify(journal)},"revision":${head.revision + 1},"previous":"${head.hash}","semantics":${semantics},"entries":[`;
  const text = `${frame}${entries.join(',')}]}`;
  const bytes = Buffer.from(text);
  const plain = bytes.byteLength === text.length;
  const offsets = [plain ? frame.length : Buffer.byteLength(frame)];
  for (const entry of entries) {
    offsets.push((offsets.at(-1) ?? 0) + (plain ? entry.length : Buffer.byteLength(entry)) + 1);
  }
  return { bytes, offsets };
};

/**
 * Reads the bytes of a commit. A commit that does not parse stops its journal: Fault `JOURNAL_BROKEN`.
 * Only its frame is checked here; what its events hold is the decider's.
 */
export const parseCommit = (journal: JournalName, bytes: Uint8Array): Commit => {
  let commit: Commit;
  try {
    commit = JSON.parse(decoder.decode(unpack(bytes)));
  } catch (cause) {
    throw new Fault('JOURNAL_BROKEN', `a commit of ${journal} is not JSON`, { cause });
  }
  if (commit?.v !== 1 || commit.journal !== journal || !Array.isArray(commit.entries)) {
    throw new Fault(
      'JOURNAL_BROKEN',
      `a commit of ${journal} is not of that journal, or of an unknown format`,
    );
  }
  return commit;
};

/** Throws `JOURNAL_BROKEN` unless a commit directly follows a head, by number and by hash. */
export const assertFollows = (commit: Commit, head: Head): void => {
  if (commit.revision === head.revision + 1 && commit.previous === head.hash) return;
  throw new Fault(
    'JOURNAL_BROKEN',
    `${commit.journal}/${commit.revision} does not follow ${commit.journal}/${head.revision} (${
      commit.revision === head.revision + 1
        ? 'the hash of the previous commit differs'
        : 'a revision is missing'
    })`,
  );
};

/** How many events a commit's entries hold before each of them: entry i starts at index `starts[i]`. */
export const eventStarts = (commit: Commit): number[] => {
  const starts: number[] = [];
  let next = 0;
  for (const entry of commit.entries) {
    starts.push(next);
    next += (entry.events as readonly JournalEvent[]).length;
  }
  return starts;
};
