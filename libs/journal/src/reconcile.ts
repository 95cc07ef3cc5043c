import type { JournalEvent, Rejection } from '@edict/contracts';
import { isBroken, isLeftBehind } from './broken.ts';
import type { Clock } from './clock.ts';
import type { Recorded, SpeculativeState } from './decider.ts';
import type { HostFaults } from './host-faults.ts';
import type { IdPlace } from './id-generation.ts';
import { deadlineOf, lateness, type Pending, UNAVAILABLE, type Waiting } from './pending.ts';
import type { Replica } from './replica.ts';

const RETRY_FIRST_MS = 20;
const RETRY_MOST_MS = 1_000;

export interface Reconciliation<C, E extends JournalEvent, S extends SpeculativeState, F> {
  readonly replica: Replica<C, E, S, F>;
  readonly clock: Clock;
  readonly faults: HostFaults;
  readonly running: () => boolean;
  readonly found: (pending: Pending<C, E>, recorded: Recorded<C, E>) => void;
  readonly giveUp: (waiting: Waiting<C, E, S>, rejection: Rejection) => void;
  /** What queued up behind the uncertain commands. */
  readonly waiting: { remove(fits: (each: Waiting<C, E, S>) => boolean): Waiting<C, E, S>[] };
}

/**
 * The one way back after an append that was not positively acknowledged: undo the try-out, read what is stored,
 * answer the commands found there, and give back the others to be decided again on the new head. While the
 * journal is out of reach, a command whose deadline has passed is answered as unavailable: it may be stored, and
 * the same id will find out. A question whose deadline has passed is refused so too.
 */
export const reconcile = async <C, E extends JournalEvent, S extends SpeculativeState, F>(
  taken: readonly Waiting<C, E, S>[],
  context: Reconciliation<C, E, S, F>,
): Promise<Waiting<C, E, S>[]> => {
  const { replica, clock, faults, running } = context;
  replica.state.rollback();
  const unsettled = new Map<string, Waiting<C, E, S>>();
  for (const waiting of taken) {
    if (waiting.kind === 'command') waiting.pending.uncertain = true;
    unsettled.set(waiting.kind === 'command' ? waiting.pending.id : `question ${unsettled.size}`, waiting);
  }
  const stored: { readonly pending: Pending<C, E>; readonly place: IdPlace }[] = [];
  const onEntry = (id: string, place: IdPlace): void => {
    const waiting = unsettled.get(id);
    if (waiting?.kind === 'command') stored.push({ pending: waiting.pending, place });
  };
  for (let wait = RETRY_FIRST_MS; running(); wait = Math.min(wait * 2, RETRY_MOST_MS)) {
    try {
      await replica.catchUp(onEntry);
      await answerStored(stored, unsettled, context);
      break;
    } catch (error) {
      if (isBroken(error) || isLeftBehind(error)) throw error;
      faults.unread(error);
      giveUpLate(unsettled, context);
      await new Promise<void>((resolve) => clock.after(wait, resolve));
    }
  }
  return [...unsettled.values()];
};

const answerStored = async <C, E extends JournalEvent, S extends SpeculativeState, F>(
  stored: { readonly pending: Pending<C, E>; readonly place: IdPlace }[],
  unsettled: Map<string, Waiting<C, E, S>>,
  { replica, found }: Reconciliation<C, E, S, F>,
): Promise<void> => {
  for (let next = stored[0]; next !== undefined; next = stored[0]) {
    const { id, digest } = next.pending;
    const place = (digest === undefined ? undefined : replica.ids.find(digest)) ?? next.place;
    // Until its answer is read it is unsettled like the others; it may have been given up meanwhile.
    if (unsettled.has(id)) found(next.pending, await replica.recordedAt(place));
    unsettled.delete(id);
    stored.shift();
  }
};

const giveUpLate = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  unsettled: Map<string, Waiting<C, E, S>>,
  { clock, giveUp, waiting }: Reconciliation<C, E, S, F>,
): void => {
  const now = clock.monotonic();
  const isLate = (each: Waiting<C, E, S>): boolean => now > (deadlineOf(each) ?? Number.POSITIVE_INFINITY);
  for (const [id, each] of unsettled) {
    if (!isLate(each)) continue;
    unsettled.delete(id);
    giveUp(each, UNAVAILABLE);
  }
  for (const each of waiting.remove(isLate)) {
    giveUp(each, each.kind === 'command' ? lateness(each.pending) : UNAVAILABLE);
  }
};
