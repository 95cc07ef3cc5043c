import {
  BOUNDS,
  excerpt,
  HOST_SENDER,
  MACP_VERSION,
  type SignalEnvelope,
  unsupportedVersion,
  utf8Bytes,
} from '@edict/contracts';
import { invalid, type SessionRejection } from '../commands.ts';

/** The first thing that is wrong with an envelope, before any session is looked at (macp §3.3 step 1). */
export const envelopeFlaw = (
  envelope: SignalEnvelope,
  as: string | undefined,
): SessionRejection | undefined => {
  if (envelope.macp_version !== MACP_VERSION) return unsupportedVersion(envelope.macp_version);
  if (envelope.message_type === '') return invalid('/message_type', 'message_type is empty');
  return messageIdFlaw(envelope.message_id) ?? senderFlaw(envelope.sender, as);
};

const messageIdFlaw = (id: string): SessionRejection | undefined => {
  if (id === '') return invalid('/message_id', 'message_id is empty');
  const bytes = utf8Bytes(id);
  if (bytes <= BOUNDS.idBytes) return undefined;
  return invalid('/message_id', `message_id has ${bytes} bytes; at most ${BOUNDS.idBytes} are allowed`);
};

const senderFlaw = (sender: string, as: string | undefined): SessionRejection | undefined => {
  const path = '/sender';
  if (sender === '') return { code: 'UNAUTHENTICATED', path, message: 'sender is empty' };
  if (as !== undefined && as !== sender) {
    const message = `sender is ${excerpt(sender)}, but the address belongs to ${excerpt(as)}`;
    return { code: 'IDENTITY_MISMATCH', path, message };
  }
  if (sender !== HOST_SENDER) return undefined;
  return { code: 'FORBIDDEN', path, message: `${HOST_SENDER} is the host's own name; use another sender` };
};
