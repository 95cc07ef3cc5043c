import { type Commit, decodeUtf8, type JournalName } from '@edict/contracts';
import { parseCommit } from './commit-text.ts';
import { parsedEntry, readEntry, type StoredEntry } from './stored-entry.ts';
import { unpack } from './stored-form.ts';

/** A stored commit whose entries are parsed one by one, and their events only when somebody asks for them. */
export interface OpenCommit extends Omit<Commit, 'entries'> {
  readonly entries: Iterable<StoredEntry>;
}

const FRAME =
  /^\{"v":1,"journal":"([^"\\]+)","revision":([1-9][0-9]*),"previous":"((?:sha256:[0-9a-f]{64})?)","semantics":([1-9][0-9]*),"entries":\[/;

/**
 * Opens a commit for whoever derives its events again: those that come out as recorded are compared with the text and
 * never parsed. What is written in any other way than hosts write it is parsed whole.
 * Throws `JOURNAL_BROKEN` as {@link parseCommit} does; for what is wrong with an entry, when that is reached.
 */
export const openCommit = (journal: JournalName, bytes: Uint8Array): OpenCommit => {
  const parse = (): Commit => parseCommit(journal, bytes);
  const text = textOf(bytes);
  const [frame, written, revision, previous = '', semantics] = FRAME.exec(text) ?? [];
  if (frame === undefined || written !== journal) {
    const commit = parse();
    return { ...commit, entries: commit.entries.map(parsedEntry) };
  }
  const entries = { [Symbol.iterator]: () => walk(text, frame.length, parse) };
  return { v: 1, journal, revision: Number(revision), previous, semantics: Number(semantics), entries };
};

/** Empty for what {@link parseCommit} will refuse. */
const textOf = (bytes: Uint8Array): string => {
  try {
    return decodeUtf8(unpack(bytes)) ?? '';
  } catch {
    return '';
  }
};

/** From the first entry on that is not to be read in its place, the commit is parsed: it has none left, or others wrote it. */
function* walk(text: string, start: number, parse: () => Commit): Generator<StoredEntry> {
  let at: number | undefined = start;
  let index = 0;
  while (at !== undefined && at < text.length) {
    const entry = readEntry(text, at, () => parse().entries[index]?.events ?? []);
    if (entry === undefined) break;
    yield entry;
    at = entry.end;
    index += 1;
  }
  if (index === 0 || at !== text.length) yield* parse().entries.slice(index).map(parsedEntry);
}
