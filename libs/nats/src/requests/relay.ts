import { encodeToken, type Fault, isFault, memberAddress, type Verb } from '@edict/contracts';
import type { Clock } from '@edict/journal';
import { headers, type Msg } from '@nats-io/transport-node';
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
}

/** Headers that only a member's private address is believed. */
export const RELAY_HEADERS = { as: 'Edict-As', timeout: 'Edict-Timeout-Ms', id: 'Nats-Msg-Id' } as const;

type Alone = (mayBeThere: boolean) => void;

/**
 * Hands requests on to the owner of a partition or a workspace. Whoever asks gets exactly one of the two callbacks:
 * `relayed` with the owner's reply, or `alone` when the owner does not answer there (nobody listens, or it counts as
 * gone): then the caller decides itself, and the journal's fence keeps it honest. `alone` is told whether the owner
 * may have the request all the same.
 */
export interface Relay {
  forward(owner: string, request: RelayedRequest, relayed: (reply: Msg) => void, alone: Alone): void;
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
      const done = (fault: Fault | undefined, reply?: Msg): void => {
        if (!requests.delete(onGone)) return;
        if (reply === undefined) alone(!isFault(fault, 'NO_RESPONDERS'));
        else relayed(reply);
      };
      const { verb, ws, data, deadline } = request;
      const timeoutMs = Math.max(1, deadline - clock.monotonic());
      edge.requester.send(
        memberAddress(owner, verb, ws),
        data,
        { timeoutMs, headers: headersOf(request, timeoutMs) },
        done,
      );
    },
    stop: unlisten,
  };
};

const headersOf = ({ as, messageId }: RelayedRequest, timeoutMs: number) => {
  const made = headers();
  made.set(RELAY_HEADERS.timeout, String(Math.floor(timeoutMs)));
  if (as !== undefined) made.set(RELAY_HEADERS.as, encodeToken(as));
  if (messageId !== undefined) made.set(RELAY_HEADERS.id, messageId);
  return made;
};
