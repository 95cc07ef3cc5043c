import { badRequest, checkIdentifier, type Parsed } from '@edict/contracts';

/** What a decoder puts in the place of bytes that are no UTF-8: different ids would become one. */
const REPLACEMENT = '\ufffd';

/** Checks the id that the transport gives a message, to be its request id. */
export const checkMessageId = (id: string): Parsed<string> => {
  const fit = checkIdentifier(id, 'the header Nats-Msg-Id');
  if (!fit.ok) return badRequest('/request_id', fit.rejection.message);
  return id.includes(REPLACEMENT)
    ? badRequest(
        '/request_id',
        'the header Nats-Msg-Id is not UTF-8 throughout: it must be, and without U+FFFD',
      )
    : fit;
};
