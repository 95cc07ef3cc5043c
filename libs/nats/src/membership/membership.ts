import { BEAT_ADDRESS, Fault } from '@edict/contracts';
import type { Clock } from '@edict/journal';
import type { EdgeConnection } from '../connections.ts';
import { createListeners } from '../listeners.ts';
import { type Beat, parseBeat } from './beat.ts';
import { createMemberTable, type Member } from './member-table.ts';
import { createPunctuality } from './punctuality.ts';

export interface MembershipOptions {
  readonly edge: EdgeConnection;
  readonly clock: Clock;
  /** What this process hosts; only members that host a service can own its keys. */
  readonly services: readonly string[];
  /** Makes a name that no other life of any process has; letters, digits, `-` and `_`. */
  readonly newIncarnation: () => string;
}

/**
 * Who is alive and who owns what. It is only a hint: a wrong guess costs a retry, the journal's fence keeps it honest.
 */
export interface Membership {
  /** This process's name in its present life; its private address holds it. */
  incarnation(): string;
  members(): readonly Member[];
  /** The incarnation that owns a partition or another key of a service. */
  owner(service: string, key: string | number): string | undefined;
  owns(service: string, key: string | number): boolean;
  /** Calls back after members came or went, and after this process began a new life; the result ends that. */
  onChange(listener: () => void): () => void;
  /** Whether this process may have been frozen: what it reads now must be answered `DEADLINE`. */
  late(): boolean;
  /** Says goodbye, so that others take over at once. */
  leave(): Promise<void>;
}

const BEAT_MS = 500;
const GONE_MS = 2_000;
const LATE_MS = 1_000;
/** Others answer a first heartbeat at once; after this long they have. */
const GREETING_MS = 50;

/**
 * Joins: sends heartbeats every 500 ms and counts as gone for others after 2 s without. Fault `UNAVAILABLE` when the
 * connection is lost meanwhile.
 */
export const joinMembership = async (options: MembershipOptions): Promise<Membership> => {
  const { edge, clock, services, newIncarnation } = options;
  const table = createMemberTable(GONE_MS);
  const punctuality = createPunctuality(BEAT_MS, LATE_MS, clock.monotonic());
  const listeners = createListeners<[]>();
  let self: Member = { incarnation: newIncarnation(), services };
  let left = false;
  let cancel = (): void => {};
  table.heard(self, clock.monotonic());

  const beat = (extra?: { leaving: true }): void => {
    const message: Beat = { ...self, at: clock.now(), ...extra };
    if (edge.connected()) edge.nc.publish(BEAT_ADDRESS, JSON.stringify(message));
  };

  const onBeat = (other: Beat): void => {
    if (left || other.incarnation === self.incarnation) return;
    const { incarnation } = other;
    if (other.leaving) {
      if (table.left(incarnation)) listeners.tell();
    } else if (table.heard({ incarnation, services: other.services }, clock.monotonic())) {
      // The newcomer learns of us now, not only with our next beat.
      beat();
      listeners.tell();
    }
  };

  const rejoin = (): void => {
    beat({ leaving: true });
    table.left(self.incarnation);
    self = { incarnation: newIncarnation(), services };
  };

  const tick = (): void => {
    const now = clock.monotonic();
    const reborn = punctuality.tick(now);
    if (reborn) rejoin();
    table.heard(self, now);
    beat();
    // After a freeze the others' heartbeats are still unread: nobody counts as gone for our own silence.
    const someGone = !punctuality.late(now) && table.expire(now);
    if (someGone || reborn) listeners.tell();
    cancel = clock.after(BEAT_MS, tick);
  };

  const subscription = edge.nc.subscribe(BEAT_ADDRESS, {
    callback: (error, message) => {
      const other = error === null ? parseBeat(message.string()) : undefined;
      if (other !== undefined) onBeat(other);
    },
  });
  const end = (): void => {
    left = true;
    cancel();
    subscription.unsubscribe();
  };
  tick();
  await greetings(options, end);
  return {
    incarnation: () => self.incarnation,
    members: table.members,
    owner: table.owner,
    owns: (service, key) => table.owner(service, key) === self.incarnation,
    onChange: listeners.add,
    late: () => punctuality.late(clock.monotonic()),
    leave: async () => {
      if (left) return;
      end();
      beat({ leaving: true });
      if (edge.connected()) await edge.nc.flush();
    },
  };
};

/** Settles when the others have had the time to answer a first heartbeat; `end` is called when that fails. */
const greetings = async ({ edge, clock }: MembershipOptions, end: () => void): Promise<void> => {
  try {
    await edge.nc.flush();
    await new Promise<void>((resolve) => clock.after(GREETING_MS, resolve));
  } catch (cause) {
    end();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('UNAVAILABLE', `the other members could not be greeted: ${reason}`, {
      retriable: true,
      cause,
    });
  }
};
