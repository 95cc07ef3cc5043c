import type { JournalName } from '@edict/contracts';
import { type Journal, type OpenJournal, type SearchStart, searchEntries } from '@edict/journal';
import type { Trace } from './verb-handler.ts';

/** Finds out from the journals themselves whether a message was recorded by an earlier attempt. */
export interface RecordedLookup {
  /**
   * Whether the journal holds the record of a message that was stored at a time. `sequence` names the message: asked
   * again about it, only what came since is read. Throws as {@link searchEntries} and the journal do.
   */
  holds(trace: Trace, message: { readonly sequence: number; readonly storedAt: number }): Promise<boolean>;
  /** The message is done with. */
  forget(sequence: number): void;
  close(): Promise<void>;
}

interface Question {
  readonly trace: Trace;
  readonly start: SearchStart;
  readonly settle: (found: boolean, head: number) => void;
  readonly fail: (error: unknown) => void;
}

/** Clocks may differ by so much, and somewhat more. */
const CLOCKS_MS = 10_000;
/** Beyond this many, what was read is read again. */
const MOST_REMEMBERED = 10_000;

/** Questions about one journal that come while it is being read wait, and are answered by one reading. */
export const createRecordedLookup = (openJournal: OpenJournal): RecordedLookup => {
  const journals = new Map<JournalName, Promise<Journal>>();
  const waiting = new Map<JournalName, Question[]>();
  const readUpTo = new Map<number, number>();

  const open = (name: JournalName): Promise<Journal> => {
    const opened = journals.get(name) ?? openJournal(name);
    journals.set(name, opened);
    opened.catch(() => journals.delete(name));
    return opened;
  };

  const work = async (name: JournalName, questions: Question[]): Promise<void> => {
    while (questions.length > 0) {
      const all = questions.splice(0);
      for (const batch of [all.filter(isByTime), all.filter((question) => !isByTime(question))]) {
        if (batch.length > 0) await answer(() => open(name), batch);
      }
    }
    waiting.delete(name);
  };

  const ask = (name: JournalName, question: Question): void => {
    const questions = waiting.get(name);
    if (questions !== undefined) {
      questions.push(question);
      return;
    }
    const first = [question];
    waiting.set(name, first);
    void work(name, first);
  };

  return {
    holds: (trace, { sequence, storedAt }) => {
      const after = readUpTo.get(sequence);
      const start = after === undefined ? { since: storedAt - CLOCKS_MS } : { after };
      return new Promise((resolve, reject) => {
        const settle = (found: boolean, head: number): void => {
          if (readUpTo.size >= MOST_REMEMBERED) readUpTo.clear();
          readUpTo.set(sequence, head);
          resolve(found);
        };
        ask(trace.journal, { trace, start, settle, fail: reject });
      });
    },
    forget: (sequence) => void readUpTo.delete(sequence),
    close: async () => {
      const opened = await Promise.allSettled(journals.values());
      await Promise.all(opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value.close()] : [])));
    },
  };
};

const answer = async (open: () => Promise<Journal>, questions: readonly Question[]): Promise<void> => {
  const found = new Set<Question>();
  try {
    const head = await searchEntries(await open(), earliest(questions), (entry) => {
      for (const question of questions) {
        if (!found.has(question) && question.trace.isIn(entry)) found.add(question);
      }
    });
    for (const question of questions) question.settle(found.has(question), head);
  } catch (error) {
    for (const { fail } of questions) fail(error);
  }
};

const isByTime = ({ start }: Question): boolean => 'since' in start;

/** The start that misses nothing of questions that begin at a time, or of ones that begin at a revision. */
const earliest = (questions: readonly Question[]): SearchStart => {
  const times = questions.flatMap(({ start }) => ('since' in start ? [start.since] : []));
  const revisions = questions.flatMap(({ start }) => ('after' in start ? [start.after] : []));
  return times.length > 0 ? { since: Math.min(...times) } : { after: Math.min(...revisions) };
};
