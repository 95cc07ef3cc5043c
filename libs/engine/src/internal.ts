import { type CloseCommand, ERROR_CODES, type Rejection } from '@edict/contracts';
import type { SessionCommand } from '@edict/core';

/** A command from one decider's owner to another's; outsiders cannot send it. */
export type InternalCommand =
  | {
      readonly kind: 'sessions';
      readonly partition: number;
      readonly ws: string;
      readonly command: SessionCommand;
    }
  | {
      readonly kind: 'verdicts';
      readonly partition: number;
      readonly ws: string;
      readonly command: CloseCommand;
    };

/**
 * Delivers an internal command; settles when its target has recorded it, or has judged that it changes nothing. Gives
 * the refusal when the target refuses it for good, and throws while nobody has judged it.
 */
export type SendInternal = (command: InternalCommand) => Promise<Rejection | undefined>;

/** What a target's reply (JSON text) says to whoever sent it an internal command; see {@link SendInternal}. */
export const readInternalReply = (text: string): Rejection | undefined => {
  const { error } = JSON.parse(text) as { readonly error?: Rejection | null };
  if (error == null) return undefined;
  if (isJudgement(error)) return error;
  throw new Error(`${error.code}: ${error.message}`);
};

/** Whether a refusal is a judgement that stays, and not a fault that the next try or the next owner may not meet. */
const isJudgement = ({ code }: Rejection): boolean => {
  const { status, retriable } = ERROR_CODES[code];
  return !retriable && status < 500;
};

/** What a desk answers: the reply's JSON text, and the refusal that it carries, if it does. */
export type RespondText = (text: string, rejection?: Rejection) => void;
