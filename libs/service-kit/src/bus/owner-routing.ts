import type { JournalKind } from '@edict/contracts';
import type { RespondText } from '@edict/engine';
import { createRelay, type Membership, ownersText, type RelayedReply } from '@edict/nats';
import type { Incoming } from './incoming.ts';
import type { ServiceContext, ServiceName } from './service-context.ts';
import type { Routed, VerbHandler } from './verb-handler.ts';
import { withoutPromises } from './without-promises.ts';

/** Where the answer goes: one of the two is called, once. */
export interface Answering {
  readonly respond: RespondText;
  /** `owners` tells whoever asked where to ask on. */
  readonly passOn: (reply: RelayedReply, owners: string | undefined) => void;
}

/** Has each request judged by the owner of what it is about: here, or by another member that it is relayed to once. */
export interface OwnerRouting {
  judge(incoming: Incoming, routed: Routed, handler: VerbHandler, answering: Answering): void;
  stop(): void;
}

export const ownerRouting = (
  { edge, membership, clock, deployment }: ServiceContext,
  service: ServiceName,
): OwnerRouting => {
  const relay = createRelay(edge, membership, clock);
  const owners = ownersOf(service, membership, deployment.partitions);
  return {
    judge: (incoming, { key, judge }, handler, { respond, passOn }) => {
      const owner = incoming.relayed ? undefined : membership.owner(service, key);
      if (owner === undefined || owner === membership.incarnation()) judge(respond);
      else
        relay.forward(
          owner,
          incoming,
          // Whose address binds an identity may not ask at private addresses.
          (reply) => passOn(reply, incoming.as === undefined ? owners.text() : undefined),
          (mayBeThere) => judge(mayBeThere ? withoutPromises(respond, handler) : respond),
        );
    },
    stop: () => {
      owners.stop();
      relay.stop();
    },
  };
};

const PARTITIONED: Partial<Record<ServiceName, JournalKind>> = {
  enforcer: 'verdicts',
  aggregator: 'sessions',
};

/** Who owns the partitions of a service's journals, written once for each change of the members. */
const ownersOf = (service: ServiceName, membership: Membership, partitions: number) => {
  const kind = PARTITIONED[service];
  let written: string | undefined;
  const stop = membership.onChange(() => {
    written = undefined;
  });
  const text = (): string | undefined => {
    if (kind === undefined) return undefined;
    written ??= ownersText({
      kind,
      members: Array.from({ length: partitions }, (_, partition) => membership.owner(service, partition)),
    });
    return written;
  };
  return { text, stop };
};
