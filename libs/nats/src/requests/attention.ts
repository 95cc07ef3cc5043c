import type { NatsConnection } from '@nats-io/transport-node';
import { createStayAwake } from '../stay-awake.ts';

/**
 * Follows the requests of a connection. Whoever asks one at a time asks on as soon as the answer is there: so after the
 * last one, the next is waited for awake, as long as that pays.
 */
export interface Attention {
  /** So many requests have come in. */
  came(requests: number): void;
  /** One of them was answered. */
  answered(): void;
}

const attentionOf = new WeakMap<NatsConnection, Attention>();

/** The attention of a connection: all that it serves share it. */
export const attention = (nc: NatsConnection): Attention => {
  const known = attentionOf.get(nc);
  if (known !== undefined) return known;
  const made = createAttention(createStayAwake());
  attentionOf.set(nc, made);
  return made;
};

export const createAttention = (stayAwake: (expected: Promise<unknown>) => void): Attention => {
  let unanswered = 0;
  let next: (() => void) | undefined;
  return {
    came: (requests) => {
      unanswered += requests;
      next?.();
      next = undefined;
    },
    answered: () => {
      // What is no bundle is refused before it counts.
      unanswered = Math.max(0, unanswered - 1);
      if (unanswered > 0) return;
      const expected = Promise.withResolvers<void>();
      next = expected.resolve;
      stayAwake(expected.promise);
    },
  };
};
