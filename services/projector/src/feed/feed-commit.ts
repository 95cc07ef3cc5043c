import { type Commit, type Entry, Fault, type JournalName } from '@edict/contracts';
import { unpack } from '@edict/journal';
import { outlineOf } from './json-outline.ts';

/** A commit as the feed needs it: what was asked by name only, and the data of events as the JSON text that it is. */
export interface FeedCommit extends Commit {
  readonly entries: readonly FeedEntry[];
}

export interface FeedEntry extends Entry<FeedCommand | null, FeedEvent> {}

export interface FeedEvent {
  readonly type: string;
  readonly data: string;
}

export interface FeedCommand {
  readonly kind?: string;
  readonly request?: AskedFor;
}

/** Names in a request, each as JSON text. A request that a decider took has them all. */
export interface AskedFor {
  readonly subject?: NamedText;
  readonly action?: { readonly name?: string };
  readonly resource?: NamedText;
}

export interface NamedText {
  readonly type?: string;
  readonly id?: string;
}

const NAMED = { type: 'text', id: 'text' } as const;

/** Most of a commit's bytes are not looked into, and go to the feed as they are. */
const outline = outlineOf({
  v: 'value',
  journal: 'value',
  revision: 'value',
  previous: 'value',
  semantics: 'value',
  entries: [
    {
      id: 'value',
      at: 'value',
      ws: 'value',
      command: { kind: 'value', request: { subject: NAMED, action: { name: 'text' }, resource: NAMED } },
      events: [{ type: 'value', data: 'text' }],
    },
  ],
});

/** Reads the bytes of a commit as the feed needs it. Fault `JOURNAL_BROKEN`: they are not JSON, or no commit of the journal. */
export const readFeedCommit = (journal: JournalName, bytes: Uint8Array): FeedCommit => {
  let commit: FeedCommit;
  try {
    commit = outline(unpack(bytes)) as FeedCommit;
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
