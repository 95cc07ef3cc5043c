import type { NatsConnection } from '@nats-io/transport-node';
import { createStayAwake } from '../stay-awake.ts';

/**
 * Follows the requests of a connection. Whoever asks one at a time asks on as soon as the answer is there: so after the
 * last one, the next is waited for awake, as long as that pays.
 */
export interface Attention {
  /** A request has come in. */
  came(): void;
  /** One of those that came was answered. */
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
    came: () => {
      unanswered += 1;
      next?.();
      next = undefined;
    },
    answered: () => {
      unanswered -= 1;
      if (unanswered > 0) return;
      const expected = Promise.withResolvers<void>();
      next = expected.resolve;
      stayAwake(expected.promise);
    },
  };
};
