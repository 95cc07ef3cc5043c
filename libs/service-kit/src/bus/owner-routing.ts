import { NOTHING_RECORDED, type Rejection } from '@edict/contracts';
import type { RespondText } from '@edict/engine';
import { createRelay, type RelayedReply } from '@edict/nats';
import type { Incoming } from './incoming.ts';
import type { ServiceContext, ServiceName } from './service-context.ts';
import type { Routed, VerbHandler } from './verb-handler.ts';

const UNSURE: Rejection = {
  code: 'UNAVAILABLE',
  message: 'another process may still record the request; send it again with the same id',
};

/** Where the answer goes: one of the two is called, once. */
export interface Answering {
  readonly respond: RespondText;
  readonly passOn: (reply: RelayedReply) => void;
}

/** Has each request judged by the owner of what it is about: here, or by another member that it is relayed to once. */
export interface OwnerRouting {
  judge(incoming: Incoming, routed: Routed, handler: VerbHandler, answering: Answering): void;
  stop(): void;
}

export const ownerRouting = (
  { edge, membership, clock }: ServiceContext,
  service: ServiceName,
): OwnerRouting => {
  const relay = createRelay(edge, membership, clock);
  return {
    judge: (incoming, { key, judge }, handler, { respond, passOn }) => {
      const owner = incoming.relayed ? undefined : membership.owner(service, key);
      if (owner === undefined || owner === membership.incarnation()) judge(respond);
      else
        relay.forward(owner, incoming, passOn, (mayBeThere) =>
          judge(mayBeThere ? withoutPromises(respond, handler) : respond),
        );
    },
    stop: relay.stop,
  };
};

/** An owner that is silent may still record what it was sent: nobody may say that nothing was. */
const withoutPromises =
  (respond: RespondText, { errorText }: VerbHandler): RespondText =>
  (text, rejection) => {
    if (rejection === undefined || !NOTHING_RECORDED.has(rejection.code)) respond(text, rejection);
    else respond(errorText(UNSURE), UNSURE);
  };
