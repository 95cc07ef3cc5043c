import { parseRequestAddress, type Rejection } from '@edict/contracts';
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
import { anyErrorText, type ErrorText, INTERNAL, serviceErrorHeaders, tooLarge } from './sendable-reply.ts';

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
   * says: not every caller gets them. `owners`, a text of `ownersText`, is for those who understand bundles. Never throws:
   * what cannot be sent becomes a refusal that can.
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
  /** Makes the error replies of what is asked here; absent: they say no to whatever was asked. */
  readonly errorText?: ErrorText;
  /** Told about handlers that throw, replies that cannot be sent and dead letters that could not be stored. */
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
  for (const request of requestsIn(edge, options, message)) handleOne(request, options, handler);
};

const handleOne = (request: EdgeRequest, options: ServeOptions, handler: RequestHandler): void => {
  const fail = (error: unknown): void => {
    options.onFault?.(error, request.address);
    refuse(request, options, INTERNAL);
  };
  try {
    const working = handler(request);
    if (working !== undefined) working.catch(fail);
  } catch (error) {
    fail(error);
  }
};

const refuse = ({ address, reply }: EdgeRequest, options: ServeOptions, rejection: Rejection): void =>
  reply(...refusalOf(rejection, address, options));

const refusalOf = (
  rejection: Rejection,
  address: string,
  { errorText = anyErrorText }: ServeOptions,
): [Uint8Array, Record<string, string>] => [
  Buffer.from(errorText(rejection, address)),
  serviceErrorHeaders(rejection),
];

/** The request that a message is, or those of which it is a bundle; none when it is not the bundle that it says. */
const requestsIn = (edge: EdgeConnection, options: ServeOptions, message: Msg): readonly EdgeRequest[] => {
  const { reply = '', data } = message;
  const sizes = message.headers?.get(BUNDLE_HEADER) ?? '';
  if (sizes === '')
    return [edgeRequest(edge, options, message, { address: reply, data, merged: readAddress(reply) })];
  const range = readRange(reply);
  const parts = cut(data, sizes.split(',').map(Number));
  if (range === undefined || range.last - range.first + 1 !== parts?.length || parts.length > BUNDLE_PARTS) {
    const whole = { address: reply, data, merged: undefined };
    refuse(edgeRequest(edge, options, message, whole), options, NOT_A_BUNDLE);
    return [];
  }
  const { inbox, first } = range;
  const lists = headerLists((name) => headerOf(message, name));
  return parts.map((part, i) => {
    const merged = { inbox, number: first + i };
    const address = bundledAddress(merged);
    const header: EdgeRequest['header'] = (name) => lists(name)[i];
    return edgeRequest(edge, options, message, { address, data: part, merged, header });
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

const edgeRequest = (edge: EdgeConnection, options: ServeOptions, message: Msg, part: Part): EdgeRequest => {
  const { data, merged, header = (name) => headerOf(message, name) } = part;
  const { subject } = message;
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
    try {
      const refusal = tooLarge(edge.nc, bytes);
      if (refusal === undefined) send(edge.nc, part, bytes, extra, owners);
      else send(edge.nc, part, ...refusalOf(refusal, subject, options));
    } catch (error) {
      options.onFault?.(error, subject);
    }
  };
  return { address: subject, data, bundled: merged !== undefined, header, reply };
};

const send = (
  nc: EdgeConnection['nc'],
  { address, merged }: Part,
  bytes: Uint8Array,
  extra?: Readonly<Record<string, string>>,
  owners?: string,
): void => {
  // Whoever understands bundles reads the body, which says what the headers repeat.
  if (merged !== undefined) mergedReplies(nc).add(merged, bytes, owners);
  else if (extra === undefined) nc.publish(address, bytes);
  else nc.publish(address, bytes, { headers: headersOf(extra) });
};

/** The body says all of it. */
const MOST_OF_HEADER = 1_000;

const headersOf = (values: Readonly<Record<string, string>>) => {
  const made = headers();
  for (const [name, value] of Object.entries(values))
    made.set(name, value.replaceAll(/[\r\n]+/g, ' ').slice(0, MOST_OF_HEADER));
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

const NOT_A_BUNDLE: Rejection = {
  code: 'BAD_REQUEST',
  message: `the header ${BUNDLE_HEADER} must be the sizes in bytes of the requests that the message consists of, at most ${BUNDLE_PARTS}, and its reply address must number them`,
};
