import { errorBody, parseRequestAddress } from '@edict/contracts';
import { headers, type Msg } from '@nats-io/transport-node';
import type { EdgeConnection } from '../connections.ts';
import { attention } from './attention.ts';
import {
  BUNDLE_HEADER,
  BUNDLE_PARTS,
  type BundledInbox,
  bundledAddress,
  cut,
  headerLists,
  readAddress,
  readRange,
} from './bundle.ts';
import type { Bury } from './dead-letters.ts';
import { mergedReplies } from './merged-replies.ts';

/** A request that may be answered. */
export interface EdgeRequest {
  /** The address that it was sent to. */
  readonly address: string;
  readonly data: Uint8Array;
  /** Whether whoever asked understands bundles, and so looks for everything in the body of the reply. */
  readonly bundled: boolean;
  header(name: string): string | undefined;
  /**
   * Answers, once: what a handler says afterwards goes nowhere. Header values are single lines, and repeat what the body
   * says: not every caller gets them. `owners`, a text of `ownersText`, is for those who understand bundles.
   */
  reply(payload: Uint8Array | string, headers?: Readonly<Record<string, string>>, owners?: string): void;
}

export interface ServeOptions {
  readonly subject: string;
  /** Members of a queue group share the requests. */
  readonly queue?: string;
  /** Name of the service in dead letters. */
  readonly consumer: string;
  readonly bury: Bury;
  /** Told about handlers that throw and dead letters that could not be stored. */
  readonly onFault?: (error: unknown, address: string) => void;
}

/** Ends taking requests. `drain` first lets those that the broker has handed over be handled. */
export interface Served {
  drain(): Promise<void>;
}

export type RequestHandler = (request: EdgeRequest) => void | Promise<void>;

const REPLY_PREFIX = '_INBOX.';

/**
 * Hands the requests on a subject to a handler.
 *
 * One whose reply address does not begin with `_INBOX.`, or that has none, is not handled: the broker does not check
 * who may be replied to, so the reply would be written with the service's own rights. It becomes a dead letter.
 * A handler that throws is answered with `INTERNAL_ERROR`. A bundle of requests is handled one by one (ADR 9).
 */
export const serve = (edge: EdgeConnection, options: ServeOptions, handler: RequestHandler): Served => {
  const callback = (error: Error | null, message: Msg): void => {
    if (error !== null) options.onFault?.(error, options.subject);
    else if (isAnswerable(message)) handle(edge, options, handler, message);
    else buryUnanswerable(options, message);
  };
  const subscription = edge.nc.subscribe(options.subject, {
    callback,
    ...(options.queue !== undefined && { queue: options.queue }),
  });
  return {
    drain: async () => {
      if (!subscription.isClosed() && !edge.nc.isClosed()) await subscription.drain();
    },
  };
};

const isAnswerable = ({ reply }: Msg): boolean => reply?.startsWith(REPLY_PREFIX) === true;

const handle = (edge: EdgeConnection, options: ServeOptions, handler: RequestHandler, message: Msg): void => {
  for (const request of requestsIn(edge, message)) handleOne(request, options, handler);
};

const handleOne = (request: EdgeRequest, { onFault }: ServeOptions, handler: RequestHandler): void => {
  const fail = (error: unknown): void => {
    onFault?.(error, request.address);
    request.reply(INTERNAL_ERROR, INTERNAL_ERROR_HEADERS);
  };
  try {
    const working = handler(request);
    if (working !== undefined) working.catch(fail);
  } catch (error) {
    fail(error);
  }
};

/** The request that a message is, or those of which it is a bundle; none when it is not the bundle that it says. */
const requestsIn = (edge: EdgeConnection, message: Msg): readonly EdgeRequest[] => {
  const { reply = '', data } = message;
  const sizes = message.headers?.get(BUNDLE_HEADER) ?? '';
  if (sizes === '') return [edgeRequest(edge, message, { address: reply, data, merged: readAddress(reply) })];
  const range = readRange(reply);
  const parts = cut(data, sizes.split(',').map(Number));
  if (range === undefined || range.last - range.first + 1 !== parts?.length || parts.length > BUNDLE_PARTS) {
    edgeRequest(edge, message, { address: reply, data, merged: undefined }).reply(
      NO_BUNDLE,
      NO_BUNDLE_HEADERS,
    );
    return [];
  }
  const { inbox, first } = range;
  const lists = headerLists((name) => headerOf(message, name));
  return parts.map((part, i) => {
    const merged = { inbox, number: first + i };
    const address = bundledAddress(merged);
    return edgeRequest(edge, message, { address, data: part, merged, header: (name) => lists(name)[i] });
  });
};

const headerOf = ({ headers: block }: Msg, name: string): string | undefined =>
  block?.has(name) ? block.get(name) : undefined;

/** One request of a message: itself, or one of those of which it is a bundle. */
interface Part {
  /** Where the reply goes. */
  readonly address: string;
  readonly data: Uint8Array;
  readonly merged: BundledInbox | undefined;
  readonly header?: EdgeRequest['header'];
}

const edgeRequest = (
  edge: EdgeConnection,
  message: Msg,
  { address, data, merged, header = (name) => headerOf(message, name) }: Part,
): EdgeRequest => {
  const { came, answered } = attention(edge.nc);
  came();
  let open = true;
  const reply: EdgeRequest['reply'] = (payload, extra, owners) => {
    if (!open) return;
    open = false;
    answered();
    // A reply that nobody can get any more is no fault: the sender times out and asks again.
    if (edge.nc.isClosed()) return;
    // Short texts share a slab of memory as buffers, where the client's own encoder would make an array for each.
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    // Whoever understands bundles reads the body, which says what the headers repeat.
    if (merged !== undefined) mergedReplies(edge.nc).add(merged, bytes, owners);
    else if (extra === undefined) edge.nc.publish(address, bytes);
    else edge.nc.publish(address, bytes, { headers: headersOf(extra) });
  };
  return { address: message.subject, data, bundled: merged !== undefined, header, reply };
};

const headersOf = (values: Readonly<Record<string, string>>) => {
  const made = headers();
  for (const [name, value] of Object.entries(values)) made.set(name, value.replaceAll(/[\r\n]+/g, ' '));
  return made;
};

const buryUnanswerable = ({ consumer, bury, onFault }: ServeOptions, message: Msg): void => {
  const { subject: address, data, reply } = message;
  const ws = parseRequestAddress(address)?.ws ?? 'unknown';
  const reason =
    reply === undefined || reply === ''
      ? 'the request has no reply address, so nobody would learn the answer'
      : `the reply address must begin with ${REPLY_PREFIX}`;
  const letter = { ws, consumer, address, data, reason, ...(reply && { reply }) };
  bury(letter).catch((error: unknown) => onFault?.(error, address));
};

const errorHeaders = ({ status, message }: { status: string; message: string }) => ({
  'Nats-Service-Error-Code': status,
  'Nats-Service-Error': message,
});

const NOT_A_BUNDLE = {
  code: 'BAD_REQUEST',
  message: `the header ${BUNDLE_HEADER} must be the sizes in bytes of the requests that the message consists of, at most ${BUNDLE_PARTS}, and its reply address must number them`,
} as const;
const NO_BUNDLE = JSON.stringify({ decision: false, ok: false, error: errorBody(NOT_A_BUNDLE) });
const NO_BUNDLE_HEADERS = errorHeaders({ status: '400', message: NOT_A_BUNDLE.message });

const INTERNAL = {
  code: 'INTERNAL_ERROR',
  message: 'the service failed on this request; ask again under the same id',
} as const;
const INTERNAL_ERROR = JSON.stringify({ decision: false, error: errorBody(INTERNAL) });
const INTERNAL_ERROR_HEADERS = errorHeaders({ status: '500', message: INTERNAL.message });
