import { Fault, type JournalEvent } from '@edict/contracts';
import type { Decider, SpeculativeState } from '../decider.ts';
import type { HostOptions, Respond, Submission } from '../host-options.ts';
import type { Replica } from '../replica.ts';
import type { CheckpointCommand } from './checkpoint-command.ts';
import { type Checkpointer, createCheckpointer } from './checkpointer.ts';
import { formatOf } from './snapshot-frames.ts';

/** What a checkpointer needs of its host. */
interface CheckpointedHost<C, E extends JournalEvent, S extends SpeculativeState, F> {
  readonly replica: Replica<C, E, S, F>;
  readonly decider: Decider<C, E, S, F>;
  readonly ask: <T>(question: (state: S) => T) => Promise<T>;
  readonly submit: (submission: Submission<C>, respond: Respond<E>) => void;
}

/** The checkpointer of a host; `undefined` when its state is not kept. */
export const createHostCheckpointer = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  { checkpoints, clock, incarnation }: Pick<HostOptions<C, E, S, F>, 'checkpoints' | 'clock' | 'incarnation'>,
  { replica, decider, ask, submit }: CheckpointedHost<C, E, S, F>,
): Checkpointer | undefined => {
  if (checkpoints === undefined || decider.capture === undefined) return undefined;
  const append = (checkpoint: CheckpointCommand): Promise<number> =>
    new Promise((resolve, reject) => {
      // No decider knows of it: it is taken out on the way there.
      submit({ command: checkpoint as unknown as C, ws: '' }, (answer) => {
        if (answer.ok) resolve(answer.receipt?.revision ?? 0);
        else reject(new Fault(answer.rejection.code, answer.rejection.message, { retriable: true }));
      });
    });
  let snapshots = 0;
  return createCheckpointer({
    ...checkpoints,
    journal: replica.journal.name,
    format: formatOf(decider),
    newId: (revision) => `${revision}-${incarnation}-${++snapshots}`,
    clock,
    taken: () => replica.taken,
    // A question is asked between two commits, so the head is that of the state.
    capture: () =>
      ask((state) => ({
        head: replica.head,
        lastAt: replica.lastAt,
        parts: decider.capture?.(state) ?? [],
        ids: replica.ids.capture(),
      })),
    append,
  });
};
