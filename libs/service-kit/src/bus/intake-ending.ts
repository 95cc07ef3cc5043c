import { ERROR_CODES } from '@edict/contracts';

/** What a reply means for a message that nobody waits for. */
export type IntakeEnding =
  /** The answer lies in a journal, a recorded refusal included, and the feed tells it. */
  | { readonly kind: 'recorded' }
  /** Nothing was recorded that could be known of; it may go better later. */
  | { readonly kind: 'later'; readonly reason: string }
  /** The same message will be refused each time. */
  | { readonly kind: 'never'; readonly reason: string };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;
const UNAVAILABLE_EXIT = 3;

/** After how long a message that came so many times is tried again, in milliseconds: twice as long each time. */
export const triedAgainAfter = (deliveries: number): number =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(deliveries - 1, 10));

/** Reads the reply to a request or a signal, from here or from the owner that it was relayed to. */
export const readEnding = (reply: string): IntakeEnding => {
  const { error, receipt } = JSON.parse(reply) as {
    readonly error?: { readonly code: string; readonly message: string } | null;
    readonly receipt?: unknown;
  };
  if (!error || receipt) return { kind: 'recorded' };
  const reason = `${error.code}: ${error.message}`;
  return { kind: mayGoBetter(error.code) ? 'later' : 'never', reason };
};

/** A journal that was stopped may be repaired, and a code that is not known here may mean anything. */
const mayGoBetter = (code: string): boolean =>
  !Object.hasOwn(ERROR_CODES, code) ||
  ERROR_CODES[code as keyof typeof ERROR_CODES].exit === UNAVAILABLE_EXIT;
