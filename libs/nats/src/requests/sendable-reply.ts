import { ERROR_CODES, errorBody, type Rejection } from '@edict/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { mostOfBody } from './most-of-body.ts';

/** The error reply to what came to an address, as JSON text. */
export type ErrorText = (rejection: Rejection, address: string) => string;

/** An error reply that says no to whatever was asked. */
export const anyErrorText: ErrorText = (rejection) =>
  JSON.stringify({ decision: false, ok: false, error: errorBody(rejection) });

/** The headers of an error reply, as NATS services write them. */
export const serviceErrorHeaders = ({ code, message }: Rejection): Record<string, string> => ({
  'Nats-Service-Error-Code': String(ERROR_CODES[code].status),
  'Nats-Service-Error': message,
});

/** The refusal that takes the place of a reply too large for the broker; `undefined` for one that can be sent. */
export const tooLarge = (nc: NatsConnection, { byteLength }: Uint8Array): Rejection | undefined => {
  const most = mostOfBody(nc);
  if (byteLength <= most) return undefined;
  const message = `the answer has ${byteLength} bytes, and a message carries at most ${most}; what was asked for may have been done`;
  return { code: 'PAYLOAD_TOO_LARGE', message };
};

export const INTERNAL: Rejection = {
  code: 'INTERNAL_ERROR',
  message: 'the service failed on this request; ask again under the same id',
};
