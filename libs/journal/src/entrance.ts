import type { JournalEvent, Rejection } from '@edict/contracts';
import type { Clock } from './clock.ts';
import type { CommitLoop } from './commit-loop.ts';
import type { Copies } from './copies.ts';
import type { SpeculativeState } from './decider.ts';
import type { Fifo } from './fifo.ts';
import type { HostFaults } from './host-faults.ts';
import type { Answer } from './host-options.ts';
import type { InFlight } from './in-flight.ts';
import { honest, lateness, OVERLOADED, type Pending, rejected } from './pending.ts';
import type { Repeats } from './repeat.ts';
import type { Replica } from './replica.ts';

/** Where commands come in and their answers go out. */
export interface Entrance<C, E extends JournalEvent> {
  /** Takes a command: a copy of one on its way waits for that, a repeat is looked up, any other waits for its commit. */
  take(pending: Pending<C, E>): void;
  /** Answers a command, once, and sees to the copies that waited for it. */
  answer(pending: Pending<C, E>, answer: Answer<E>): void;
  /** Answers a command whose id is known from what was recorded; takes it anew when that is forgotten. */
  repeat(pending: Pending<C, E>): Promise<void>;
}

export interface EntranceOptions<C, E extends JournalEvent, S extends SpeculativeState, F> {
  readonly replica: Replica<C, E, S, F>;
  readonly clock: Clock;
  readonly loop: CommitLoop<C, E, S, F>;
  readonly repeats: Repeats<C, E>;
  readonly inFlight: InFlight<C, E>;
  readonly copies: Copies<C, E>;
  readonly faults: HostFaults;
  /** How many may wait, copies included. */
  readonly room: number;
  /** Why nothing is taken now. */
  readonly closed: () => Rejection | undefined;
}

export const createEntrance = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  options: EntranceOptions<C, E, S, F>,
): Entrance<C, E> => {
  const { replica, clock, loop, repeats, inFlight, copies, faults, room, closed } = options;
  const isRecorded = (digest: string | undefined): boolean =>
    digest !== undefined && replica.ids.find(digest) !== undefined;
  const refuse = (pending: Pending<C, E>, rejection: Rejection): void =>
    answer(pending, rejected(honest(rejection, pending)));

  const take = (pending: Pending<C, E>): void => {
    const rejection = closed();
    const { digest } = pending;
    const leader = digest === undefined ? undefined : inFlight.find(digest);
    if (rejection !== undefined) refuse(pending, rejection);
    else if (leader !== undefined) {
      const free = room - loop.length - copies.waiting;
      if (!copies.join(leader, pending, free)) refuse(pending, OVERLOADED);
    } else if (isRecorded(digest)) void repeat(pending);
    else enqueue(pending);
  };
  const enqueue = (pending: Pending<C, E>): void => {
    const waiting = { kind: 'command', pending } as const;
    const { digest } = pending;
    const hasRoom =
      loop.admits(waiting, copies.waiting) && (digest === undefined || replica.hasRoomForId(clock.now()));
    if (!hasRoom) {
      refuse(pending, OVERLOADED);
      return;
    }
    if (digest !== undefined) inFlight.add(digest, pending);
    loop.push(waiting);
  };

  const answer = (pending: Pending<C, E>, given: Answer<E>): void => {
    if (pending.answered) return;
    pending.answered = true;
    inFlight.dismiss(pending);
    try {
      pending.respond(given);
    } catch (cause) {
      faults.unanswered(pending.ws, cause);
    }
    if (pending.followers !== undefined) dissolve(pending, pending.followers, given);
  };
  /**
   * Copies of what was recorded are repeats. Else the first that may still be decided goes on as if it came alone, and
   * the others wait for that one: each is decided once at the most.
   */
  const dissolve = (leader: Pending<C, E>, followers: Fifo<Pending<C, E>>, given: Answer<E>): void => {
    const { digest = '', uncertain } = leader;
    const recorded = (given.ok && given.receipt !== undefined) || isRecorded(digest);
    const now = clock.monotonic();
    for (let copy = copies.next(followers); copy !== undefined; copy = copies.next(followers)) {
      copy.uncertain ||= uncertain;
      if (recorded) void repeat(copy);
      else if (copy.deadline !== undefined && now > copy.deadline) refuse(copy, lateness(copy));
      else take(copy);
      const next = inFlight.find(digest);
      if (next === undefined) continue;
      copies.follow(next, followers);
      return;
    }
  };

  const repeat = async (pending: Pending<C, E>): Promise<void> => {
    const known = await repeats.answer(pending, loop.busy);
    if (known !== undefined) return answer(pending, known);
    inFlight.dismiss(pending);
    take(pending);
  };

  return {
    take,
    answer,
    repeat,
  };
};
