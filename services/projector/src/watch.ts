import { Fault, isFault } from '@edict/contracts';
import { lastSequence } from '@edict/nats';
import { messageOf } from './alarms.ts';
import type { Persistence } from './persist.ts';
import type { Position } from './position.ts';
import type { ReaderOptions } from './reader.ts';

/** Why an output begins again: what it had written is gone, or what that says does not fit the stream. */
export type Restart = 'lost' | 'void';

export const restart = (why: Restart): Fault => new Fault('OUTPUT_RESTARTS', why);
export const restartOf = (error: unknown): Restart | undefined =>
  isFault(error, 'OUTPUT_RESTARTS') ? (error.message as Restart) : undefined;

/** Notices what goes wrong around an output, and whether what it wrote and what it reads are still there. */
export interface Watch {
  note(error: unknown): void;
  /** What went wrong last; `undefined` since it succeeded again. */
  problem(): string | undefined;
  succeeded(): void;
  /** Does it until it succeeds or is stopped; throws the restart `lost` when what was written is known to be gone. */
  persist<T>(work: () => Promise<T>): Promise<T | undefined>;
  /** Looks, once in a while, whether all is still there; throws a restart when it is not. */
  check(position: Position): Promise<void>;
  /** The last sequence of the stream, as it was at the last look; also what is held up is looked at. */
  end(): number;
}

const CHECK_MS = 1_000;
/** A leader that was replaced, or has just become one, may say for a moment what its stream was before. */
const BELIEVED_MS = 5_000;

export const createWatch = (options: ReaderOptions, persistence: Persistence): Watch => {
  const { context, alarms, name, stream, sink } = options;
  const { store, clock, logger } = context;
  let problem: string | undefined;
  let checkAt = 0;
  let end = 0;
  let shortSince: number | undefined;

  const note = (error: unknown): void => {
    if (problem === undefined) logger?.warn(`${name} is held up`, { stream, error });
    problem = messageOf(error);
  };

  const assertIntact = async (): Promise<void> => {
    const intact = await sink.intact().catch((error) => {
      note(error);
      return true;
    });
    if (!intact) throw restart('lost');
  };

  return {
    note,
    problem: () => problem,
    succeeded: () => {
      problem = undefined;
    },
    persist: (work) =>
      persistence.until(work, async (error) => {
        note(error);
        await assertIntact();
        end = (await lastSequence(store, stream).catch(note)) ?? end;
      }),
    check: async ({ sequence }) => {
      if (clock.monotonic() < checkAt) return;
      checkAt = clock.monotonic() + CHECK_MS;
      await assertIntact();
      const last = await lastSequence(store, stream).catch(note);
      // Only looks in a row count: what answers before and after an election may be the same old leader.
      if (last === undefined) {
        shortSince = undefined;
        return;
      }
      end = last;
      if (last >= sequence) {
        shortSince = undefined;
        return;
      }
      shortSince ??= clock.monotonic();
      if (clock.monotonic() - shortSince < BELIEVED_MS) return;
      const message = `${stream} ends at ${last}, but ${name} has read up to ${sequence}: the broker has lost commits`;
      alarms.raise(name, stream, new Fault('JOURNAL_BROKEN', message));
      throw restart('void');
    },
    end: () => end,
  };
};
