import { errorBody, NOTHING_RECORDED, type Rejection, subscriptions, type Verb } from '@edict/contracts';
import { errorHeaders, type RespondText } from '@edict/engine';
import { createRelay, type EdgeRequest, type RequestHandler, type Served, serve } from '@edict/nats';
import { type Intake, readIntake } from './intake.ts';
import type { ServiceContext, ServiceName } from './service-context.ts';

const UNSURE: Rejection = {
  code: 'UNAVAILABLE',
  message: 'another process may still record the request; send it again with the same id',
};

/** A request whose body was read: what it is about, and how it is judged here. */
export interface Routed {
  /** The partition or workspace whose owner judges it. */
  readonly key: number | string;
  judge(respond: RespondText): void;
}

/** How a service reads the requests of one verb. */
export interface VerbHandler {
  /** Reads the body; a refusal is answered at once. */
  route(
    intake: Intake,
  ): { readonly ok: true; readonly value: Routed } | { readonly ok: false; readonly rejection: Rejection };
  /** The error reply of this verb, as JSON text. */
  errorText(rejection: Rejection): string;
}

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
  const { edge, membership, clock, bury, log } = context;
  const relay = createRelay(edge, membership, clock);
  const onFault = (error: unknown, address: string): void =>
    log.error('a request could not be handled', { address, error });
  const shared = { consumer: service, bury, onFault };

  const handle: RequestHandler = (request) => {
    const respond = responder(request);
    const intake = readIntake(request, context);
    if (!intake.ok) return respond(anyErrorText(intake.rejection), intake.rejection);
    const handler = handlers[intake.value.verb];
    if (handler === undefined) return undefined;
    if (membership.late()) return respond(handler.errorText(LATE), LATE);
    const routed = handler.route(intake.value);
    if (!routed.ok) return respond(handler.errorText(routed.rejection), routed.rejection);
    return toOwner(intake.value, routed.value, request, handler);
  };

  const toOwner = (
    intake: Intake,
    { key, judge }: Routed,
    request: EdgeRequest,
    handler: VerbHandler,
  ): void => {
    const respond = responder(request);
    const owner = intake.relayed ? undefined : membership.owner(service, key);
    if (owner === undefined || owner === membership.incarnation()) judge(respond);
    else
      relay.forward(
        owner,
        intake,
        (reply) => passOn(request, reply),
        (mayBeThere) => judge(mayBeThere ? withoutPromises(respond, handler) : respond),
      );
  };

  const outside = Object.keys(handlers).flatMap((verb) =>
    [subscriptions.verb(verb as Verb), subscriptions.bound(verb as Verb)].map((subject) =>
      serve(edge, { ...shared, subject, queue: service }, handle),
    ),
  );
  const priv = servePrivately(context, (subject) => serve(edge, { ...shared, subject }, handle));
  return {
    stop: async () => {
      relay.stop();
      await Promise.all([...outside.map((served) => served.drain()), priv.stop()]);
    },
  };
};

/** An owner that is silent may still record what it was sent: nobody may say that nothing was. */
const withoutPromises =
  (respond: RespondText, { errorText }: VerbHandler): RespondText =>
  (text, rejection) => {
    if (rejection === undefined || !NOTHING_RECORDED.has(rejection.code)) respond(text, rejection);
    else respond(errorText(UNSURE), UNSURE);
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

const passOn = (
  request: EdgeRequest,
  reply: { readonly data: Uint8Array; readonly headers?: Iterable<[string, string[]]> | undefined },
): void => {
  if (reply.headers === undefined) request.reply(reply.data);
  else
    request.reply(
      reply.data,
      Object.fromEntries([...reply.headers].map(([name, values]) => [name, values[0] ?? ''])),
    );
};

/** Before the verb is known, an error says no to whatever was asked. */
const anyErrorText = (rejection: Rejection): string =>
  JSON.stringify({ decision: false, ok: false, error: errorBody(rejection) });
