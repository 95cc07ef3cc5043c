import * as z from 'zod';
import { BOUNDS } from './bounds.ts';
import { problemsOf } from './check.ts';
import type { Rejection } from './codes.ts';
import { isIdentifier } from './identifiers.ts';
import { excerpt, type Parsed, parseJson, refused } from './json.ts';

/** Version of the protocol that an envelope must name. */
export const MACP_VERSION = '1.0';
/** The only sender that no outside address may use: the host itself. */
export const HOST_SENDER = 'edict';

const text = z.string({ error: 'must be a string' });
const millisError = { error: 'must be milliseconds since 1970, a whole number' };

/** The MACP envelope as JSON (contract §5). Absent fields take the defaults of protobuf. */
export const SignalEnvelope = z.strictObject(
  {
    macp_version: text.default(''),
    mode: text.default(''),
    message_type: text.default(''),
    message_id: text.default(''),
    session_id: text.default(''),
    sender: text.default(''),
    timestamp_unix_ms: z.int(millisError).min(0, millisError).default(0),
    payload: z.record(z.string(), z.unknown(), { error: 'must be an object' }).default({}),
  },
  { error: 'must be an envelope, an object' },
);
export type SignalEnvelope = z.infer<typeof SignalEnvelope>;

/** Reads a signal from its bytes; refusals carry the codes of macp §3.4. */
export const parseSignal = (bytes: Uint8Array): Parsed<SignalEnvelope> => {
  if (bytes.byteLength > BOUNDS.signalBytes) {
    const message = `the signal has ${bytes.byteLength} bytes; at most ${BOUNDS.signalBytes} are allowed`;
    return refused({ code: 'PAYLOAD_TOO_LARGE', message });
  }
  const parsed = parseJson(bytes, BOUNDS.signalBytes);
  if (parsed.ok) return checkSignal(parsed.value);
  return refused({ ...parsed.rejection, code: 'INVALID_ENVELOPE' });
};

/** Checks a parsed message as an envelope: the protocol's version first, then the shape (macp §3.3). */
export const checkSignal = (value: unknown): Parsed<SignalEnvelope> => {
  const version = isObject(value) ? value['macp_version'] : undefined;
  if (typeof version === 'string' && version !== MACP_VERSION) return refused(unsupportedVersion(version));
  const result = SignalEnvelope.safeParse(value);
  if (!result.success) return refused(invalidEnvelope(result.error, value, ''));
  const flaw = idFlaw(result.data);
  return flaw === undefined ? { ok: true, value: result.data } : refused(flaw);
};

/** Whether an id is missing is for the protocol to say; one that is there must be an {@link Identifier}. */
const idFlaw = (envelope: SignalEnvelope): Rejection | undefined => {
  const field = (['session_id', 'message_id', 'sender'] as const).find(
    (name) => envelope[name] !== '' && !isIdentifier(envelope[name]),
  );
  return field === undefined
    ? undefined
    : {
        code: field === 'session_id' ? 'INVALID_SESSION_ID' : 'INVALID_ENVELOPE',
        message: `${field} is ${excerpt(envelope[field])}: must have at most ${BOUNDS.idBytes} bytes, without U+0000`,
        path: `/${field}`,
      };
};

export const unsupportedVersion = (version: string): Rejection => ({
  code: 'UNSUPPORTED_PROTOCOL_VERSION',
  message: `macp_version is ${version === '' ? 'missing' : excerpt(version)}: must be ${MACP_VERSION}`,
  path: '/macp_version',
});

/** The refusal of a shape: names the first field that is wrong, its value and what is allowed. */
export const invalidEnvelope = (error: z.ZodError, value: unknown, under: string): Rejection => {
  const [problem] = problemsOf(error, value, 'INVALID_ENVELOPE');
  return {
    code: 'INVALID_ENVELOPE',
    message: problem?.message ?? 'not as the contract says',
    path: `${under}${problem?.path ?? ''}`,
  };
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
