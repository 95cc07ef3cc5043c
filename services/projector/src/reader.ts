import { Fault, isFault, type JournalName, journalAt } from '@edict/contracts';
import { EMPTY_HEAD, sha256Text } from '@edict/journal';
import type { Alarms } from './alarms.ts';
import { createChains, isRetainedStart } from './chains.ts';
import type { ProjectorContext } from './context.ts';
import type { StreamMessage } from './inbox.ts';
import { isSameMessage, lacks, type Position, type StoppedAt } from './position.ts';
import { previousHead } from './previous-head.ts';
import type { Opening, Sink } from './sink.ts';

export interface ReaderOptions {
  readonly context: ProjectorContext;
  readonly alarms: Alarms;
  readonly name: string;
  readonly stream: string;
  readonly sink: Sink;
}

/** Hands a stream's commits to a sink, each checked against its journal's chain. */
export interface Reader {
  /**
   * Takes the next message. `head-unknown`: nothing was taken, because {@link fetchHead} has to be called first.
   * `void`: the output says that it has something which the stream does not have.
   */
  read(message: StreamMessage): 'taken' | 'head-unknown' | 'void';
  fetchHead(message: StreamMessage): Promise<void>;
  /** Has the sink store what was taken. */
  flush(): Promise<void>;
  position(): Position;
}

export const createReader = (options: ReaderOptions, { done, after }: Opening): Reader => {
  const { context, alarms, name, stream, sink } = options;
  const chains = createChains();
  const stopped = new Map<string, StoppedAt>();
  let last = done;
  let lastRead: StreamMessage | undefined;
  let passed = after >= done.sequence;
  /** The message for which the head before it was looked up last. */
  let asked = 0;

  const stop = (journal: string, revision: number, sequence: number, error: unknown): void => {
    stopped.set(journal, { revision, sequence });
    alarms.raise(name, journal, error);
  };

  const project = (journal: JournalName, { data, sequence }: StreamMessage): 'taken' | 'head-unknown' => {
    const head = chains.head(journal) ?? (after === 0 ? EMPTY_HEAD : undefined);
    if (head === undefined) return 'head-unknown';
    try {
      const commit = chains.check(journal, head, data);
      const lacking = lacks(done, journal, commit.revision, sequence);
      sink.take({ journal, commit, sequence }, lacking);
      if (lacking && isRetainedStart(commit, head)) alarms.miss(name, journal, commit);
      chains.advance(commit, data);
    } catch (error) {
      // What comes next may have been purged meanwhile: then nothing lies before this one any more.
      if (isFault(error, 'JOURNAL_BROKEN') && asked !== sequence) return 'head-unknown';
      stop(journal, head.revision + 1, sequence, error);
    }
    return 'taken';
  };

  /** Whether the message that the output was at last is still the same one. */
  const isVoid = ({ sequence, data }: StreamMessage): boolean => {
    if (passed || sequence < done.sequence) return false;
    passed = true;
    return sequence > done.sequence || !isSameMessage(done, data);
  };

  return {
    read: (message) => {
      if (isVoid(message)) return 'void';
      const journal = journalAt(message.subject);
      if (journal === undefined) {
        const fault = new Fault('JOURNAL_BROKEN', `${message.subject} is not the address of a journal`);
        stop(message.subject, 1, message.sequence, fault);
      } else if (!stopped.has(journal) && project(journal, message) === 'head-unknown') {
        return 'head-unknown';
      }
      lastRead = message;
      return 'taken';
    },
    fetchHead: async ({ subject, sequence }) => {
      const journal = journalAt(subject);
      if (journal === undefined) return;
      asked = sequence;
      try {
        chains.adopt(journal, await previousHead(context.store, stream, journal, sequence));
      } catch (error) {
        if (!isFault(error, 'JOURNAL_BROKEN')) throw error;
        stop(journal, 1, sequence, error);
      }
    },
    flush: async () => {
      if (lastRead === undefined) return;
      const position = positionAfter(lastRead, done, stopped);
      await sink.flush(position);
      last = position;
    },
    position: () => last,
  };
};

const positionAfter = (
  { sequence, data }: StreamMessage,
  done: Position,
  stopped: ReadonlyMap<string, StoppedAt>,
): Position => {
  const at = sequence > done.sequence ? { sequence, hash: sha256Text(data) } : done;
  // Until it has read what the output has already, what was stopped then still counts as stopped.
  const open = sequence < done.sequence ? done.stopped : Object.fromEntries(stopped);
  return { sequence: at.sequence, hash: at.hash, stopped: open };
};
