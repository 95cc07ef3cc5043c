import type { Msg } from '@nats-io/transport-node';
import type { Machine } from './machine.ts';
import type { Random } from './random.ts';

/** Who listens where, on which machine. */
export interface Subscription {
  readonly machine: Machine;
  readonly subject: string;
  /** Members of a queue group share what is sent. */
  readonly queue: string | undefined;
  readonly callback: (error: null, message: Msg) => void;
  closed: boolean;
}

export interface Subscriptions {
  add(subscription: Omit<Subscription, 'closed'>): Subscription;
  /** Everybody who gets a message: all who listen, and one of each queue group. */
  receivers(subject: string): readonly Subscription[];
  /** Forgets a dead machine. */
  cut(machine: Machine): void;
}

export const createSubscriptions = (random: Random): Subscriptions => {
  let all: { readonly subscription: Subscription; readonly tokens: readonly string[] }[] = [];
  return {
    add: (wanted) => {
      const subscription = { ...wanted, closed: false };
      all.push({ subscription, tokens: wanted.subject.split('.') });
      return subscription;
    },
    receivers: (subject) => {
      const tokens = subject.split('.');
      const open = all.filter((each) => !each.subscription.closed && matches(each.tokens, tokens));
      const groups = Map.groupBy(open, ({ subscription }) => subscription.queue);
      return [...groups].flatMap(([queue, members]) =>
        (queue === undefined ? members : [random.pick(members)]).map(({ subscription }) => subscription),
      );
    },
    cut: (machine) => {
      all = all.filter(({ subscription }) => subscription.machine !== machine);
    },
  };
};

const matches = (pattern: readonly string[], subject: readonly string[]): boolean =>
  pattern.length === subject.length && pattern.every((token, i) => token === '*' || token === subject[i]);
