import {
  type FixtureMessage,
  MACP_VERSION,
  SIGNAL_PAYLOADS,
  type SignalEnvelope,
  type SignalFixture,
} from '@edict/contracts';

/** The SessionStart of a fixture: message m0, from its initiator. */
export const startOf = (fixture: SignalFixture, sessionId: string): SignalEnvelope =>
  envelope(fixture, sessionId, 0, {
    sender: fixture.initiator,
    message_type: 'SessionStart',
    payload: {
      intent: fixture.description ?? '',
      participants: fixture.participants,
      mode_version: fixture.mode_version,
      configuration_version: fixture.configuration_version,
      policy_version: fixture.policy_version ?? '',
      ttl_ms: fixture.ttl_ms,
    },
  });

/** The message at a place of the script, counted from 1, as it goes out. */
export const messageOf = (
  fixture: SignalFixture,
  sessionId: string,
  number: number,
  message: FixtureMessage,
): SignalEnvelope => envelope(fixture, sessionId, number, { ...message, payload: payloadOf(message) });

const envelope = (
  { mode }: SignalFixture,
  session_id: string,
  number: number,
  { sender, message_type, payload }: Pick<SignalEnvelope, 'sender' | 'message_type' | 'payload'>,
): SignalEnvelope => ({
  macp_version: MACP_VERSION,
  mode,
  message_type,
  message_id: `m${number}`,
  session_id,
  sender,
  timestamp_unix_ms: 0,
  payload,
});

/**
 * Fixtures are written for protobuf: fields that the message does not have never reach the wire, and absent ones
 * take their defaults, except that the reference harness commits positively unless told otherwise (macp §5.2).
 */
const payloadOf = ({ message_type: type, payload }: FixtureMessage): Record<string, unknown> => {
  if (!isKnown(type)) return payload;
  const known = SIGNAL_PAYLOADS[type].shape;
  const sent = Object.fromEntries(Object.entries(payload).filter(([key]) => Object.hasOwn(known, key)));
  return type === 'Commitment' ? { outcome_positive: true, ...sent } : sent;
};

const isKnown = (type: string): type is keyof typeof SIGNAL_PAYLOADS => Object.hasOwn(SIGNAL_PAYLOADS, type);
