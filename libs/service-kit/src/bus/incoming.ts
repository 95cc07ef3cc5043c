import {
  BOUNDS,
  badRequest,
  check,
  decodeToken,
  excerpt,
  Identifier,
  type Parsed,
  parseRequestAddress,
  type RequestAddress,
  type Verb,
} from '@edict/contracts';
import type { Clock } from '@edict/journal';
import { type EdgeRequest, RELAY_HEADERS } from '@edict/nats';

/** What the bus says about a message that asks for something, before its body is read. */
export interface Incoming {
  readonly verb: Verb;
  readonly ws: string;
  /** The identity that the address binds; for a relayed request, the one that the first address bound. */
  readonly as: string | undefined;
  /** The id that the transport gives, or a fresh one. */
  readonly messageId: string;
  /** On the clock's monotonic scale. */
  readonly deadline: number;
  /** A relayed request is never relayed again. */
  readonly relayed: boolean;
  /** Whether another member may have a copy of it, which it may still record. */
  readonly again: boolean;
  /** Whether whoever asked looks for everything in the body of the reply (ADR 9). */
  readonly bundled: boolean;
  readonly data: Uint8Array;
}

/** Few addresses bring most requests. */
const known = new Map<string, RequestAddress>();
const MOST_KNOWN = 1_000;

const addressOf = (text: string): RequestAddress | undefined => {
  const before = known.get(text);
  if (before !== undefined) return before;
  const address = parseRequestAddress(text);
  if (known.size >= MOST_KNOWN) known.clear();
  if (address === undefined || !check(Identifier, address.ws).ok) return undefined;
  known.set(text, address);
  return address;
};

interface IncomingContext {
  readonly clock: Clock;
  freshId(): string;
}

/** Reads address and headers. Only at a member's private address is a relay's header believed about who is asking. */
export const readIncoming = (request: EdgeRequest, { clock, freshId }: IncomingContext): Parsed<Incoming> => {
  const address = addressOf(request.address);
  if (address === undefined) {
    return badRequest(
      '',
      `${excerpt(request.address)} is not an address of Edict: a token is not encoded as =HH in upper case, or its workspace has more than 256 bytes`,
    );
  }
  const relayed =
    request.address.startsWith('edict.v1.member.') && request.header(RELAY_HEADERS.relayed) !== undefined;
  const timeout = timeoutOf(request.header(RELAY_HEADERS.timeout));
  if (!timeout.ok) return timeout;
  const id = request.header(RELAY_HEADERS.id);
  const forwarded = relayed ? request.header(RELAY_HEADERS.as) : undefined;
  return {
    ok: true,
    value: {
      verb: address.verb,
      ws: address.ws,
      as: forwarded === undefined ? address.as : (decoded(forwarded) ?? ''),
      // Without an id of its own, a relayed request would get another one from each member that sees it.
      messageId: (relayed ? decoded(id) : id) ?? freshId(),
      deadline: clock.monotonic() + timeout.value,
      relayed,
      again: request.header(RELAY_HEADERS.again) !== undefined,
      bundled: request.bundled,
      data: request.data,
    },
  };
};

const decoded = (token: string | undefined): string | undefined =>
  token === undefined ? undefined : decodeToken(token);

const timeoutOf = (header: string | undefined): Parsed<number> => {
  if (header === undefined) return { ok: true, value: BOUNDS.requestTimeoutMs };
  const ms = Number(header);
  if (Number.isFinite(ms) && ms > 0 && ms <= BOUNDS.requestTimeoutMaxMs) return { ok: true, value: ms };
  return badRequest(
    '',
    `the header ${RELAY_HEADERS.timeout} is ${header}: must be a number of milliseconds above 0, at most ${BOUNDS.requestTimeoutMaxMs}`,
  );
};
