import { BOUNDS, type Parsed, parseJson } from '@edict/contracts';
import { checkMessageId } from '../message-id.ts';
import type { PolicyMessage } from './policy-desk.ts';

/** What the transport says about a policy message. */
export interface PolicyMessageFacts {
  readonly ws: string;
  /** The identity that the address binds; absent for a caller that speaks for others. */
  readonly as?: string;
  /** `Nats-Msg-Id`: the request id when the body has none. */
  readonly messageId?: string;
  /** On the clock's monotonic scale. */
  readonly deadline?: number;
}

/** A document may fill its bound; this much may stand around it. */
const AROUND_DOCUMENT = 16 * 1024;

/** Reads the bytes of a policy message; what it asks for is checked by the desk. */
export const readPolicyMessage = (
  bytes: Uint8Array,
  { ws, as, messageId, deadline }: PolicyMessageFacts,
): Parsed<PolicyMessage> => {
  const parsed = parseJson(bytes, BOUNDS.documentBytes + AROUND_DOCUMENT);
  if (!parsed.ok) return parsed;
  const id = messageId === undefined ? undefined : checkMessageId(messageId);
  if (id?.ok === false) return id;
  const message: PolicyMessage = {
    ws,
    body: parsed.value,
    ...(as === undefined ? {} : { as }),
    ...(id === undefined ? {} : { request_id: id.value }),
    ...(deadline === undefined ? {} : { deadline }),
  };
  return { ok: true, value: message };
};
