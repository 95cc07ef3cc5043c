import { BOUNDS, MACP_VERSION, SignalEnvelope } from '@edict/contracts';
import { badInput } from '../stop.ts';

const DECISION_MODE = 'macp.mode.decision.v1';
const DECISION_MODE_VERSION = '1.0.0';

interface Filled {
  readonly newId: () => string;
  readonly now: number;
}

/** One envelope or a list of them, with version, mode, message id and time filled in where they are left out. */
export const envelopesFrom = (value: unknown, filled: Filled): readonly SignalEnvelope[] => {
  const values = Array.isArray(value) ? value : [value];
  if (values.length === 0) throw badInput('the list of signals is empty');
  return values.map((one) => envelopeFrom(one, filled));
};

/** A SessionStart: an envelope as it is, or the payload alone with `initiator` and, if wanted, `session_id`. */
export const startFrom = (value: unknown, filled: Filled): SignalEnvelope => {
  const fields = asObject(value);
  if ('message_type' in fields) {
    if (fields['message_type'] === 'SessionStart') return envelopeFrom(fields, filled);
    throw badInput(`message_type is ${String(fields['message_type'])}; a session begins with SessionStart`);
  }
  const {
    initiator,
    sender = initiator,
    session_id = filled.newId(),
    mode = DECISION_MODE,
    ...payload
  } = fields;
  if (typeof sender !== 'string') throw badInput('initiator is missing: name who starts the session');
  return envelopeFrom(
    {
      message_type: 'SessionStart',
      session_id,
      sender,
      mode,
      payload: {
        mode_version: DECISION_MODE_VERSION,
        configuration_version: 'cfg-1',
        ttl_ms: 3_600_000,
        ...payload,
      },
    },
    filled,
  );
};

const envelopeFrom = (value: unknown, { newId, now }: Filled): SignalEnvelope => {
  const checked = SignalEnvelope.safeParse({
    macp_version: MACP_VERSION,
    mode: DECISION_MODE,
    message_id: newId(),
    timestamp_unix_ms: now,
    ...asObject(value),
  });
  if (checked.success) return sendable(checked.data);
  const [issue] = checked.error.issues;
  throw badInput(`${issue?.path.join('.') || 'the envelope'}: ${issue?.message ?? 'is not an envelope'}`, [
    'fields: session_id, sender, message_type, payload (and macp_version, mode, message_id, timestamp_unix_ms)',
  ]);
};

const sendable = (envelope: SignalEnvelope): SignalEnvelope => {
  const bytes = Buffer.byteLength(JSON.stringify(envelope));
  if (bytes <= BOUNDS.signalBytes) return envelope;
  throw badInput(`the signal has ${bytes} bytes; at most ${BOUNDS.signalBytes} are allowed`);
};

const asObject = (value: unknown): Readonly<Record<string, unknown>> => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw badInput('a signal is a JSON object with session_id, sender, message_type and payload');
};
