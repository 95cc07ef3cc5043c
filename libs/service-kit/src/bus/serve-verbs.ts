import { type Rejection, subscriptions, type Verb, verbAt } from '@edict/contracts';
import { errorHeaders, type RespondText } from '@edict/engine';
import {
  anyErrorText,
  type EdgeRequest,
  type ErrorText,
  type RelayedReply,
  type RequestHandler,
  type Served,
  serve,
} from '@edict/nats';
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
  const errorText: ErrorText = (rejection, address) => {
    const verb = verbAt(address);
    const own = verb === undefined ? undefined : handlers[verb];
    return own === undefined ? anyErrorText(rejection, address) : own.errorText(rejection);
  };
  const shared = { consumer: service, bury, errorText, onFault };

  const handle: RequestHandler = (request) => {
    const answer = responder(request);
    const incoming = readIncoming(request, context);
    if (!incoming.ok) return answer(errorText(incoming.rejection, request.address), incoming.rejection);
    const handler = handlers[incoming.value.verb];
    if (handler === undefined) return undefined;
    const respond = incoming.value.again ? withoutPromises(answer, handler) : answer;
    if (membership.late()) return respond(handler.errorText(LATE), LATE);
    const routed = handler.route(incoming.value);
    if (!routed.ok) return respond(handler.errorText(routed.rejection), routed.rejection);
    const passOn = (reply: RelayedReply, owners?: string): void => passReplyOn(request, reply, owners);
    return routing.judge(incoming.value, routed.value, handler, { respond, passOn });
  };

  const outside = Object.keys(handlers).flatMap((verb) =>
    [subscriptions.verb(verb as Verb), subscriptions.bound(verb as Verb)].map((subject) =>
      serve(edge, { ...shared, subject, queue: service }, handle),
    ),
  );
  const priv = servePrivately(context, (subject) => serve(edge, { ...shared, subject }, handle));
  return {
    stop: async () => {
      routing.stop();
      await Promise.all([...outside.map((served) => served.drain()), priv.stop()]);
    },
  };
};

/** Keeps listening at this member's private address, also after it began a new life under another name. */
const servePrivately = ({ membership }: ServiceContext, listen: (subject: string) => Served) => {
  let incarnation = membership.incarnation();
  let served = listen(subscriptions.member(incarnation));
  const unlisten = membership.onChange(() => {
    if (membership.incarnation() === incarnation) return;
    incarnation = membership.incarnation();
    void served.drain();
    served = listen(subscriptions.member(incarnation));
  });
  return {
    stop: async () => {
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
