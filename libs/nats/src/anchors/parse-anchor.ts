import { Fault, JOURNAL_KINDS, type JournalName, splitJournal } from '@edict/contracts';
import type { Anchor } from '@edict/journal';

/** Reads an anchor as it was stored. Fault `ANCHOR_UNREADABLE`: what cannot be read proves nothing, so nothing goes on. */
export const parseAnchor = (text: string, place: string): Anchor => {
  const anchor = parsed(text);
  if (isAnchor(anchor)) return { journal: anchor.journal, revision: anchor.revision, hash: anchor.hash };
  throw new Fault('ANCHOR_UNREADABLE', `${place} holds something that is no anchor: ${text.slice(0, 100)}`);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isAnchor = (value: unknown): value is Anchor => {
  const { journal, revision, hash } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof journal === 'string' &&
    JOURNAL_KINDS.includes(splitJournal(journal as JournalName).kind) &&
    Number.isSafeInteger(revision) &&
    typeof hash === 'string'
  );
};
