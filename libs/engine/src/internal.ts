import type { CloseCommand, Rejection } from '@edict/contracts';
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

/** Delivers an internal command; settles when its target has recorded it, or has judged that it changes nothing. */
export type SendInternal = (command: InternalCommand) => Promise<void>;

/** What a desk answers: the reply's JSON text, and the refusal that it carries, if it does. */
export type RespondText = (text: string, rejection?: Rejection) => void;
