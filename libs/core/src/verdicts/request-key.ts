import type { RequestRef } from '@edict/contracts';

/** The last answer: the key of a request is asked for several times in a row while it is decided. */
let latest = { ws: '', type: '', id: '', request_id: '', key: '\u0000\u0000\u0000' };

/** One text per request, injectively: a request id is unique per workspace and subject. */
export const requestKey = (ws: string, { subject: { type, id }, request_id }: RequestRef): string => {
  const last = latest;
  if (last.request_id === request_id && last.id === id && last.type === type && last.ws === ws) {
    return last.key;
  }
  // Joined, not concatenated: the key is kept, and a concatenation keeps its parts as well.
  const key = [ws, type, id, request_id].join('\u0000');
  latest = { ws, type, id, request_id, key };
  return key;
};

/** The request that a key is of. */
export const fromRequestKey = (key: string): RequestRef & { readonly ws: string } => {
  const [ws = '', type = '', id = '', request_id = ''] = key.split('\u0000');
  return { ws, subject: { type, id }, request_id };
};

/** The key of a request's outcome: a part longer than a request's key, so never equal to one. */
export const outcomeKey = (ws: string, ref: RequestRef): string => `outcome\u0000${requestKey(ws, ref)}`;

/** The reference to a request from something that holds more. */
export const refOf = ({ subject, request_id }: RequestRef): RequestRef => ({
  subject: { type: subject.type, id: subject.id },
  request_id,
});
