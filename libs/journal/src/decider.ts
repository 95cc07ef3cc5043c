import type { Entry, JournalEvent, Receipt, Rejection } from '@edict/contracts';

/** State that can be tried out: everything between `mark` and `rollback` is undone, `release` makes it stay. */
export interface SpeculativeState {
  mark(): void;
  rollback(): void;
  release(): void;
}

/** One command as a decider sees it: no clock, no ids of its own, only what it is given. */
export interface Input<C, F> {
  readonly command: C;
  readonly ws: string;
  /** Milliseconds since 1970, never going backwards within a journal. */
  readonly at: number;
  /** What the decision depends on besides the state and the command; stored with it for replay. */
  readonly facts: F;
}

/** Events to record, or a refusal. No events: already so, or a question; then `answer` is the reply. */
export type Decision<E> =
  | {
      readonly ok: true;
      readonly events: readonly E[];
      readonly answer?: unknown;
      /** The entry is stored even without events. */
      readonly recorded?: true;
    }
  | { readonly ok: false; readonly rejection: Rejection };

/** Where an event stands when it is folded into the state. */
export interface EventPlace {
  readonly ws: string;
  readonly at: number;
  readonly revision: number;
  readonly index: number;
  readonly command: unknown;
}

/** How an event bears on a command that was sent under an id. */
export interface About {
  /** The key of that command, as {@link Decider.key} gives it. */
  readonly key: string;
  /** Whether this event is now the reply to that command, or only keeps its memory alive. */
  readonly answers: boolean;
  /** Where the reply lies, when it only keeps the memory alive and the memory may be gone already. */
  readonly place?: { readonly revision: number; readonly index: number };
}

/**
 * Pure rules of one kind of journal. `decide` and `evolve` read no clock, do no I/O and hold no other state;
 * `evolve` never judges and never throws on an event that `decide` made.
 */
export interface Decider<C, E extends JournalEvent, S extends SpeculativeState, F = undefined> {
  /** Equal numbers promise that deciding again gives the same events byte for byte. */
  readonly semantics: number;
  initialState(): S;
  decide(input: Input<C, F>, state: S): Decision<E>;
  evolve(state: S, event: E, place: EventPlace): void;
  /** Whose a command is (a principal, a session): in a crowd the flows of a workspace take turns. */
  flow?(command: C): string;
  /** The key under which a repeat of this command is known; `undefined`: repeats are judged by the state alone. */
  key(command: C, ws: string): string | undefined;
  /** Which commands an event bears on. */
  about(event: E, place: EventPlace): readonly About[];
  /** The reply (JSON text) to a command, from what was recorded: equal each time it is asked. */
  reply(recorded: Recorded<C, E>): string;
  /** Whether a command with a known key is the same one again, or a refusal that says that it is not. */
  repeats(command: C, recorded: Recorded<C, E>): Rejection | undefined;
  /**
   * Where the reply to a key lies while the state itself holds that request open, however long that is. It begins with
   * the key's own command, and the event that ends it is `about` the key.
   */
  pinned?(state: S, key: string): { readonly revision: number; readonly index: number } | undefined;
  /** Whether a later event may still take this one's place as the reply; then a repeat asks the leader first. */
  interim?(event: E): boolean;
  /** The earliest time at which something in the state falls due; `undefined` when nothing will. */
  nextDeadline(state: S): number | undefined;
  /** The commands that what is due by now asks for; each is decided like any other. */
  due(state: S, now: number): readonly { readonly ws: string; readonly command: C }[];
  /**
   * The state as it is now, told later in small parts of plain JSON, whatever happens to it meanwhile: capturing must
   * be fast, telling may take its time. Without it a journal is always read from its first commit.
   */
  capture?(state: S): Iterable<unknown>;
  /** Takes the parts that {@link Decider.capture} told, in order, and gives a state that behaves like that one. */
  restore?(): Restoring<S>;
  /** The earliest revision that a part of {@link Decider.capture} refers to: it and what follows is never purged. */
  reach?(part: never): number | undefined;
  /** How {@link Decider.capture} tells its parts: another number when an older build could not take them (1). */
  readonly stateFormat?: number;
  /** Other formats whose parts {@link Decider.restore} takes. */
  readonly olderFormats?: readonly number[];
  /** The command as JSON text, when that is cheaper or other than `JSON.stringify`. */
  encode?(command: C): string;
  /** The part of the facts that is stored, when it is not all of them. */
  encodeFacts?(facts: F): unknown;
}

/** A state that is being put together from the parts of a snapshot. */
export interface Restoring<S> {
  add(part: never): void;
  done(): S;
}

/** An entry in its place, and the event in it that answers the command. */
export interface Recorded<C, E> {
  readonly entry: Entry<C, E>;
  readonly event: E;
  /** JSON text of the answering event's `data`, exactly as stored, so that a reply need not be made again. */
  readonly dataText: string;
  readonly receipt: Receipt;
}
