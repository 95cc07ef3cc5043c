import { encodeToken, type Fault, isFault, memberAddress, type Verb } from '@edict/contracts';
import type { Clock } from '@edict/journal';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { EdgeConnection } from '../connections.ts';
import type { Membership } from '../membership/membership.ts';

/** A request on its way to the member that owns what it is about. */
export interface RelayedRequest {
  readonly verb: Verb;
  readonly ws: string;
  readonly data: Uint8Array;
  /** On the clock's monotonic scale. */
  readonly deadline: number;
  /** An identity that the address bound, and a request id that the transport carried: headers from here on. */
  readonly as: string | undefined;
  readonly messageId: string | undefined;
  /** Whether another member may have a copy. */
  readonly again: boolean;
  /** Whether whoever asked looks for everything in the body of the reply. */
  readonly bundled: boolean;
}

/** The owner's reply, as it came. */
export interface RelayedReply {
  readonly data: Uint8Array;
  readonly headers?: Iterable<[string, string[]]> | undefined;
}

/** Headers that only a member's private address is believed; identity and id are encoded as tokens there. */
export const RELAY_HEADERS = {
  /** Another member has sent it here, so it goes no further; others who ask here may be wrong about the owner. */
  relayed: 'Edict-Relayed',
  as: 'Edict-As',
  timeout: 'Edict-Timeout-Ms',
  /** Another member may have a copy of it. Believed at every address: it only keeps the answer from promising too much. */
  again: 'Edict-Again',
  id: 'Nats-Msg-Id',
} as const;

type Alone = (mayBeThere: boolean) => void;

/**
 * Hands requests on to the owner of a partition or a workspace. Whoever asks gets exactly one of the two callbacks:
 * `relayed` with the owner's reply, or `alone` when the owner does not answer there (nobody listens, or it counts as
 * gone): then the caller decides itself, and the journal's fence keeps it honest. `alone` is told whether the owner
 * may have the request all the same.
 */
export interface Relay {
  forward(owner: string, request: RelayedRequest, relayed: (reply: RelayedReply) => void, alone: Alone): void;
  stop(): void;
}

export const createRelay = (edge: EdgeConnection, membership: Membership, clock: Clock): Relay => {
  const waiting = new Map<string, Set<() => void>>();

  const giveUpOnTheGone = (): void => {
    const alive = new Set(membership.members().map(({ incarnation }) => incarnation));
    for (const [owner, requests] of waiting) {
      if (alive.has(owner)) continue;
      waiting.delete(owner);
      for (const onGone of requests) onGone();
    }
  };
  const unlisten = membership.onChange(giveUpOnTheGone);

  return {
    forward: (owner, request, relayed, alone) => {
      const requests = waiting.get(owner) ?? new Set();
      waiting.set(owner, requests);
      const onGone = (): void => {
        if (requests.delete(onGone)) alone(true);
      };
      requests.add(onGone);
      const done = (fault: Fault | undefined, reply?: RelayedReply): void => {
        if (!requests.delete(onGone)) return;
        if (reply === undefined) alone(!isFault(fault, 'NO_RESPONDERS'));
        else relayed(reply);
      };
      const { verb, ws, data, deadline, bundled } = request;
      const address = memberAddress(owner, verb, ws);
      const timeoutMs = Math.max(1, deadline - clock.monotonic());
      const facts = factsOf(request, timeoutMs);
      // An error's headers do not come back with a bundle, and not every caller can do without them.
      if (bundled)
        edge.requester.sendBundled(address, data, { timeoutMs, headers: facts }, (fault, bytes) =>
          done(fault, bytes === undefined ? undefined : { data: bytes }),
        );
      else edge.requester.send(address, data, { timeoutMs, headers: headersOf(facts) }, done);
    },
    stop: unlisten,
  };
};

const factsOf = ({ as, messageId, again }: RelayedRequest, timeoutMs: number): Record<string, string> => ({
  [RELAY_HEADERS.relayed]: '1',
  [RELAY_HEADERS.timeout]: String(Math.floor(timeoutMs)),
  ...(again && { [RELAY_HEADERS.again]: '1' }),
  ...(as !== undefined && { [RELAY_HEADERS.as]: encodeToken(as) }),
  // No id is empty; whoever sent that has said one in the body.
  ...(messageId !== undefined && messageId !== '' && { [RELAY_HEADERS.id]: encodeToken(messageId) }),
});

const headersOf = (facts: Readonly<Record<string, string>>): MsgHdrs => {
  const made = headers();
  for (const [name, value] of Object.entries(facts)) made.set(name, value);
  return made;
};
