import { BOUNDS, journalName } from '@edict/contracts';
import type { SignalCommand } from '@edict/core';
import { readSignal, type SessionDesk, type SignalMessage, signalErrorText } from '@edict/engine';
import type { Trace, VerbHandler } from '@edict/service-kit';

/** Reads signals and has them judged where their session's journal is. */
export const signalHandler = (desk: SessionDesk): VerbHandler => ({
  errorText: signalErrorText,
  route: (incoming) => {
    const read = readSignal(incoming.data, incoming.ws, incoming.as);
    if (!read.ok) return read;
    const message = read.value;
    return {
      ok: true,
      value: {
        key: desk.partitionOf(message.ws, message.envelope.session_id),
        judge: (respond) => desk.signal(message, incoming.deadline, respond),
        trace: traceOf(message, desk),
      },
    };
  },
});

/** A session knows the messages that it accepted, while it is kept; a commitment that it refused may be sent again. */
const traceOf = ({ ws, envelope }: SignalMessage, desk: SessionDesk): Trace => {
  const { session_id, message_id, message_type } = envelope;
  return {
    journal: journalName('sessions', desk.partitionOf(ws, session_id)),
    knownForMs: message_type === 'Commitment' ? 0 : BOUNDS.retryWindowMs,
    isIn: ({ ws: at, command }) =>
      at === ws &&
      isSignal(command) &&
      command.envelope.session_id === session_id &&
      command.envelope.message_id === message_id,
  };
};

const isSignal = (command: unknown): command is SignalCommand =>
  (command as Partial<SignalCommand> | null)?.kind === 'signal';
