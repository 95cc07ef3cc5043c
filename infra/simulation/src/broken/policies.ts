import { policiesDecider } from '@edict/core';
import type { PolicyDecider } from '@edict/engine';
import type { PolicyFeed, PolicyStream } from '@edict/service-kit';

const truth: PolicyDecider = policiesDecider;

/** Leaves a revision out each time that a policy is saved again. */
export const skippingRevisions: PolicyDecider = {
  ...truth,
  decide: (input, state) => {
    const decision = truth.decide(input, state);
    if (!decision.ok) return decision;
    const events = decision.events.map((event) =>
      event.type === 'policy.saved' && event.data.revision > 1
        ? { ...event, data: { ...event.data, revision: event.data.revision + 1 } }
        : event,
    );
    return { ...decision, events };
  },
};

/** Takes whatever it has for the newest. */
export const alwaysFresh = (feed: PolicyFeed): PolicyFeed => ({ ...feed, fresh: () => true });

/** Hears of no change after the first look. */
export const deaf = (stream: PolicyStream): PolicyStream => ({
  ...stream,
  follow: (onMessage, onCaughtUp) => {
    const following = stream.follow(onMessage, () => {
      onCaughtUp();
      following.stop();
    });
    return following;
  },
});

/** Loses what a request demands on its way. */
export const withoutDemands = (text: string): string => text.replace(/,"at_least_revision":\d+/, '');
