import { errorBody, type Rejection, subscriptions, type Verb } from '@edict/contracts';
import { errorHeaders, type RespondText } from '@edict/engine';
import { type EdgeRequest, type RelayedReply, type RequestHandler, type Served, serve } from '@edict/nats';
import { readIncoming } from './incoming.ts';
import { ownerRouting } from './owner-routing.ts';
import type { ServiceContext, ServiceName } from './service-context.ts';
import type { VerbHandler } from './verb-handler.ts';
import { withoutPromises } from './without-promises.ts';

export interface VerbServer {
  stop(): Promise<void>;
}

const LATE: Rejection = {
  code: 'DEADLINE',
  message: 'this process was held up, so the request may be too old; nothing was decided, send it again',
};

/**
 * Takes the requests of some verbs: from outside through a queue group, and at this member's private address.
 * A request goes to the owner of what it is about; when that is somebody else, it is relayed once.
 */
export const serveVerbs = (
  context: ServiceContext,
  service: ServiceName,
  handlers: Partial<Record<Verb, VerbHandler>>,
): VerbServer => {
  const { edge, membership, bury, log } = context;
  const routing = ownerRouting(context, service);
  const onFault = (error: unknown, address: string): void =>
    log.error('a request could not be handled', { address, error });
  const shared = { consumer: service, bury, onFault };

  const handle =
    (handler: VerbHandler): RequestHandler =>
    (request) => {
      const answer = responder(request);
      const incoming = readIncoming(request, context);
      if (!incoming.ok) return answer(anyErrorText(incoming.rejection), incoming.rejection);
      const respond = incoming.value.again ? withoutPromises(answer, handler) : answer;
      if (membership.late()) return respond(handler.errorText(LATE), LATE);
      const routed = handler.route(incoming.value);
      if (!routed.ok) return respond(handler.errorText(routed.rejection), routed.rejection);
      const passOn = (reply: RelayedReply, owners?: string): void => passReplyOn(request, reply, owners);
      return routing.judge(incoming.value, routed.value, handler, { respond, passOn });
    };

  const servers = (Object.entries(handlers) as [Verb, VerbHandler][]).map(([verb, handler]) => {
    const listen = (subject: string, queue?: string): Served =>
      serve(edge, { ...shared, subject, ...(queue !== undefined && { queue }) }, handle(handler));
    const outside = [subscriptions.verb(verb), subscriptions.bound(verb)].map((subject) =>
      listen(subject, service),
    );
    return [...outside, servePrivately(context, verb, listen)];
  });
  return {
    stop: async () => {
      routing.stop();
      await Promise.all(servers.flat().map((served) => served.drain()));
    },
  };
};

/**
 * Keeps listening at this member's private address, also after it began a new life under another name. Others of the
 * same process listen there for their own verbs: whoever asks for one that nobody serves is told so by the broker.
 */
const servePrivately = (
  { membership }: ServiceContext,
  verb: Verb,
  listen: (subject: string) => Served,
): Served => {
  let incarnation = membership.incarnation();
  let served = listen(subscriptions.member(incarnation, verb));
  const unlisten = membership.onChange(() => {
    if (membership.incarnation() === incarnation) return;
    incarnation = membership.incarnation();
    void served.drain();
    served = listen(subscriptions.member(incarnation, verb));
  });
  return {
    drain: async () => {
      unlisten();
      await served.drain();
    },
  };
};

const responder =
  (request: EdgeRequest): RespondText =>
  (text, rejection) => {
    if (rejection === undefined) request.reply(text);
    else request.reply(text, errorHeaders(rejection));
  };

const passReplyOn = (request: EdgeRequest, reply: RelayedReply, owners: string | undefined): void => {
  if (reply.headers === undefined) request.reply(reply.data, undefined, owners);
  else
    request.reply(
      reply.data,
      Object.fromEntries([...reply.headers].map(([name, values]) => [name, values[0] ?? ''])),
    );
};

/** Before the verb is known, an error says no to whatever was asked. */
const anyErrorText = (rejection: Rejection): string =>
  JSON.stringify({ decision: false, ok: false, error: errorBody(rejection) });
