import { ERROR_CODES, errorBody, type Rejection } from '@edict/contracts';

/** The error reply to a decision request or an outcome: whoever looks at `decision` alone is safe. */
export const errorText = (rejection: Rejection, requestId?: string): string =>
  JSON.stringify({
    ...(requestId !== undefined && { request_id: requestId }),
    decision: false,
    error: errorBody(rejection),
  });

/** The headers of an error reply, as NATS services write them. */
export const errorHeaders = ({ code, message }: Rejection): Record<string, string> => ({
  'Nats-Service-Error-Code': String(ERROR_CODES[code].status),
  'Nats-Service-Error': `${code}: ${message}`,
});
