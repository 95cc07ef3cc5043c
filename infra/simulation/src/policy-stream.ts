import type { PolicyStream } from '@edict/service-kit';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

/** A message of the stream of all policy journals. */
export interface PolicyMessage {
  readonly subject: string;
  readonly bytes: Uint8Array;
}

export interface StreamSource {
  readonly messages: readonly PolicyMessage[];
  isUp(): boolean;
  /** How long the next message takes to a follower. */
  delay(): number;
  /** Calls back after each new message. */
  onMessage(listener: () => void): void;
  lastSequence(): Promise<number>;
}

const RETRY_MS = 200;

/** The stream as one member follows it: in order, each message once, some of them late. */
export const followedBy = (machine: Machine, source: StreamSource): PolicyStream => ({
  follow: (onMessage, onCaughtUp) => {
    let position = 0;
    let behind = true;
    let onItsWay = false;
    let stopped = false;
    const next = (ms: number): void => {
      if (onItsWay || stopped) return;
      onItsWay = true;
      machine.reach(ms, deliver);
    };
    const deliver = (): void => {
      onItsWay = false;
      const message = source.messages[position];
      if (!source.isUp()) next(RETRY_MS);
      else if (message !== undefined) {
        position += 1;
        onMessage(message.subject, message.bytes, position);
        next(source.delay());
      } else if (behind) {
        behind = false;
        onCaughtUp();
      }
    };
    source.onMessage(() => next(source.delay()));
    next(source.delay());
    return {
      stop: () => {
        stopped = true;
      },
    };
  },
  end: async () => ({ last: await source.lastSequence(), certainAgo: 0 }),
});

/** Who follows, of the machines that still live the life in which they began to. */
export const createFollowers = (): {
  add(machine: Machine, listener: () => void): void;
  tell(): void;
} => {
  let all: { readonly machine: Machine; readonly life: number; readonly listener: () => void }[] = [];
  return {
    add: (machine, listener) => void all.push({ machine, life: machine.life(), listener }),
    tell: () => {
      all = all.filter(({ machine, life }) => machine.isUp() && machine.life() === life);
      for (const { listener } of all) listener();
    },
  };
};

/** Stalls now and then, for longer than policies may be old. */
export const feedDelay = ({ random }: World, stall: number): number =>
  random.chance(stall) ? random.next() * 9_000 : 0.05 + random.next() * 2;
