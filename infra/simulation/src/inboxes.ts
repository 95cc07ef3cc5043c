import { Fault } from '@edict/contracts';
import type { Msg } from '@nats-io/transport-node';

/** What ends the waiting for a reply: the reply, or the fault that took its place. */
export type Waiting = (fault: Fault | undefined, message?: Msg) => void;

/** How anything reaches whoever waits; the result takes it back. */
export type Reach = (ms: number, run: () => void) => () => void;

/** The addresses of replies, each for one reply. */
export interface Inboxes {
  open(owner: string, timeoutMs: number, reach: Reach, done: Waiting): string;
  /** Hands over what came; nothing when nobody waits for it any more. */
  settle(inbox: string, fault: Fault | undefined, message?: Msg): void;
}

export const createInboxes = (): Inboxes => {
  const waiting = new Map<string, Waiting>();
  let number = 0;
  const settle: Inboxes['settle'] = (inbox, fault, message) => {
    const done = waiting.get(inbox);
    waiting.delete(inbox);
    done?.(fault, message);
  };
  return {
    open: (owner, timeoutMs, reach, done) => {
      number += 1;
      const inbox = `_INBOX.${owner}.${number}`;
      const cancel = reach(timeoutMs, () =>
        settle(inbox, new Fault('TIMEOUT', `no reply within ${timeoutMs} ms`, { retriable: true })),
      );
      waiting.set(inbox, (fault, message) => {
        cancel();
        reach(0, () => done(fault, message));
      });
      return inbox;
    },
    settle,
  };
};
