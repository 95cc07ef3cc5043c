import { STREAMS } from '@edict/contracts';
import type { JsMsg } from '@nats-io/jetstream';

/** A message that nobody waits for. Exactly one of `done`, `later` and `drop` ends the work on it, and only once. */
export interface IntakeMessage {
  readonly address: string;
  readonly data: Uint8Array;
  header(name: string): string | undefined;
  /** Its place in the stream: the same each time that it comes. */
  readonly sequence: number;
  /** When the broker stored it, in milliseconds since 1970. */
  readonly storedAt: number;
  /** How often it has come, this time included, as far as the broker remembers. */
  readonly deliveries: number;
  /** How many came before it since the broker was last reached anew: 0 for the first. */
  readonly turn: number;
  /** It was answered durably: it leaves the stream. */
  done(): void;
  /** It is to come again after so many milliseconds, to this member or another. */
  later(ms: number): void;
  /** It can never succeed, and lies somewhere else by now: it leaves the stream. */
  drop(): void;
  /** The work goes on: the broker waits longer. */
  working(): void;
}

/** A delivery of the broker; `undefined` for what only looks like one: acknowledgements go to the intake alone. */
export const intakeMessage = (message: JsMsg, turn: number, ended: () => void): IntakeMessage | undefined => {
  const { info } = message;
  if (info.stream !== STREAMS.intake) return undefined;
  let over = false;
  const end = (settle: () => void): void => {
    if (over) return;
    over = true;
    // An acknowledgement that is lost is no fault: the message comes again and is a repeat.
    try {
      settle();
    } finally {
      ended();
    }
  };
  return {
    address: message.subject,
    data: message.data,
    header: (name) => (message.headers?.has(name) ? message.headers.get(name) : undefined),
    sequence: info.streamSequence,
    storedAt: Math.floor(info.timestampNanos / 1_000_000),
    deliveries: info.deliveryCount,
    turn,
    done: () => end(() => message.ack()),
    later: (ms) => end(() => message.nak(ms)),
    drop: () => end(() => message.term()),
    working: () => {
      if (!over) message.working();
    },
  };
};
