import { principalKey, type RequestRef } from '@edict/contracts';

/** One text per request, injectively: a request id is unique per workspace and subject. */
export const requestKey = (ws: string, { subject, request_id }: RequestRef): string =>
  `${principalKey({ ws, type: subject.type, id: subject.id })}\u0000${request_id}`;

/** The key of a request's outcome: a part longer than a request's key, so never equal to one. */
export const outcomeKey = (ws: string, ref: RequestRef): string => `outcome\u0000${requestKey(ws, ref)}`;

/** The reference to a request from something that holds more. */
export const refOf = ({ subject, request_id }: RequestRef): RequestRef => ({
  subject: { type: subject.type, id: subject.id },
  request_id,
});
