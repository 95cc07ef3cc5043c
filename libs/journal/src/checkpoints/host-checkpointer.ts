import { Fault, type JournalEvent } from '@edict/contracts';
import type { Decider, SpeculativeState } from '../decider.ts';
import type { HostOptions, Respond, Submission } from '../host-options.ts';
import { reachOfIds } from '../id-memory.ts';
import type { Replica } from '../replica.ts';
import type { CheckpointCommand } from './checkpoint-command.ts';
import { type Checkpointer, createCheckpointer } from './checkpointer.ts';
import { purgeCovered } from './retention.ts';
import { type Captured, formatOf } from './snapshot-frames.ts';

/** What a checkpointer needs of its host. */
interface CheckpointedHost<C, E extends JournalEvent, S extends SpeculativeState, F> {
  readonly replica: Replica<C, E, S, F>;
  readonly decider: Decider<C, E, S, F>;
  /** The retry window in milliseconds. */
  readonly windowMs: number;
  readonly ask: <T>(question: (state: S) => T) => Promise<T>;
  readonly submit: (submission: Submission<C>, respond: Respond<E>) => void;
}

/** The checkpointer of a host; `undefined` when its state is not kept. */
export const createHostCheckpointer = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  options: Pick<HostOptions<C, E, S, F>, 'checkpoints' | 'clock' | 'incarnation'>,
  { replica, decider, windowMs, ask, submit }: CheckpointedHost<C, E, S, F>,
): Checkpointer | undefined => {
  const { checkpoints, clock, incarnation } = options;
  if (checkpoints === undefined || decider.capture === undefined) return undefined;
  const append = (checkpoint: CheckpointCommand): Promise<number> =>
    new Promise((resolve, reject) => {
      // No decider knows of it: it is taken out on the way there.
      submit({ command: checkpoint as unknown as C, ws: '' }, (answer) => {
        if (answer.ok) resolve(answer.receipt?.revision ?? 0);
        else reject(new Fault(answer.rejection.code, answer.rejection.message, { retriable: true }));
      });
    });
  const format = formatOf(decider);
  const { keepMs } = checkpoints;
  let taken = 0;
  return createCheckpointer({
    ...checkpoints,
    journal: replica.journal,
    format,
    newId: (revision) => `${revision}-${incarnation}-${++taken}`,
    clock,
    taken: () => replica.taken,
    // A question is asked between two commits, so the head is that of the state.
    capture: () =>
      ask((state) => ({
        head: replica.head,
        lastAt: replica.lastAt,
        ...captured(decider, state, replica, windowMs),
      })),
    append,
    ...(keepMs !== undefined && {
      retain: (kept, { lastAt, reach }) => {
        const since = lastAt - Math.max(keepMs, windowMs);
        return purgeCovered({ journal: replica.journal, format, kept, needed: reach(), since });
      },
    }),
  });
};

/** A state and the ids with it; a decider that does not say what it refers to may refer to everything. */
const captured = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  { capture, reach }: Decider<C, E, S, F>,
  state: S,
  { ids, lastAt }: Replica<C, E, S, F>,
  windowMs: number,
): Pick<Captured, 'parts' | 'ids' | 'reach'> => {
  const told = ids.capture();
  const parts = capture?.(state) ?? [];
  let earliest = reach === undefined ? 1 : Number.POSITIVE_INFINITY;
  const noted = function* (): Generator<unknown> {
    for (const part of parts) {
      earliest = Math.min(earliest, reach?.(part as never) ?? Number.POSITIVE_INFINITY);
      yield part;
    }
  };
  return {
    parts: noted(),
    ids: told,
    reach: () => Math.min(earliest, reachOfIds(told, windowMs, lastAt)),
  };
};
