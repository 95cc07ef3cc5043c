import { messageOf } from './alarms.ts';
import { type Inbox, openInbox, type StreamMessage } from './inbox.ts';
import { createPersistence } from './persist.ts';
import { createReader, type Reader, type ReaderOptions } from './reader.ts';
import { createWatch, type Restart, restart, restartOf, type Watch } from './watch.ts';

/** How an output stands. */
export interface OutputStatus {
  readonly output: string;
  /** The stream that it reads. */
  readonly stream: string;
  readonly state: 'opening' | 'catching-up' | 'live';
  /** Sequence in that stream up to which it is done. */
  readonly applied: number;
  /** How many sequences it is behind the stream's end, as that was about a second ago. */
  readonly lag: number;
  /** Journals that it cannot project any further. */
  readonly stopped: readonly string[];
  /** What went wrong last, as long as it has not succeeded since. */
  readonly problem?: string;
}

/** One output of the projector, with its own consumer and its own account of how far it is. */
export interface Output {
  /** Resolves when it has begun to read, or was stopped. */
  readonly opened: Promise<void>;
  status(): OutputStatus;
  stop(): Promise<void>;
}

const IDLE_MS = 1_000;
/** Batches begin no closer together: what comes alone is written at once, and what comes in masses together. */
const PACE_MS = 10;

const BEGINS_AGAIN: Readonly<Record<Restart, string>> = {
  lost: 'what it had written has vanished',
  void: 'how far it was does not fit the journals any more',
};

/** Keeps one output up to date until it is stopped, whatever happens to the broker and to what was written. */
export const runOutput = (options: ReaderOptions): Output => {
  const { context, name, stream, sink } = options;
  const { store, clock, logger } = context;
  const persistence = createPersistence(clock);
  const watch = createWatch(options, persistence);
  const opening = Promise.withResolvers<void>();
  let reader: Reader | undefined;
  let inbox: Inbox | undefined;

  const round = async (anew: boolean): Promise<void> => {
    const opened = await persistence.until(() => sink.open(anew), watch.note);
    if (opened === undefined) return;
    const current = createReader(options, opened);
    reader = current;
    inbox = openInbox({ store, clock, stream, after: opened.after, onFault: watch.note });
    opening.resolve();
    while (!persistence.stopped()) {
      await watch.check(current.position());
      const batch = await inbox.next(IDLE_MS);
      const began = clock.monotonic();
      for (const message of batch) await readOne(message, current, watch);
      if (batch.length > 0) await watch.persist(() => current.flush());
      watch.succeeded();
      const early = began + PACE_MS - clock.monotonic();
      if (batch.length > 0 && early > 0) await persistence.pause(early);
    }
  };

  const run = async (): Promise<void> => {
    for (let anew = false; !persistence.stopped(); ) {
      try {
        await round(anew);
      } catch (error) {
        const why = restartOf(error);
        const reason = why === undefined ? messageOf(error) : BEGINS_AGAIN[why];
        logger?.warn(`${name} begins again: ${reason}`, { stream });
        anew = why === 'void';
        if (why === undefined) await persistence.pause(IDLE_MS);
      } finally {
        inbox?.close();
      }
    }
  };
  const finished = run().finally(opening.resolve);

  return {
    opened: opening.promise,
    status: () => statusOf(options, watch, reader),
    stop: async () => {
      persistence.stop();
      inbox?.close();
      await finished;
    },
  };
};

const readOne = async (message: StreamMessage, reader: Reader, watch: Watch): Promise<void> => {
  let outcome = reader.read(message);
  if (outcome === 'head-unknown') {
    await watch.persist(() => reader.fetchHead(message));
    outcome = reader.read(message);
  }
  if (outcome === 'void') throw restart('void');
};

const statusOf = (
  { name, stream }: ReaderOptions,
  watch: Watch,
  reader: Reader | undefined,
): OutputStatus => {
  const { sequence: applied, stopped } = reader?.position() ?? { sequence: 0, stopped: {} };
  const lag = Math.max(0, watch.end() - applied);
  const problem = watch.problem();
  return {
    output: name,
    stream,
    state: reader === undefined ? 'opening' : lag > 0 ? 'catching-up' : 'live',
    applied,
    lag,
    stopped: Object.keys(stopped),
    ...(problem !== undefined && { problem }),
  };
};
