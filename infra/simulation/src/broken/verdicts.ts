import type { LimitEntry, RequestRef, VerdictCommand, VerdictEvent } from '@edict/contracts';
import { requestKey, verdictsDecider } from '@edict/core';
import type { VerdictDecider } from '@edict/engine';

const truth: VerdictDecider = verdictsDecider;

/** Rules that change what is recorded for a command. */
const rewriting = (
  rewrite: (events: readonly VerdictEvent[], command: VerdictCommand) => readonly VerdictEvent[],
): VerdictDecider => ({
  ...truth,
  decide: (input, state) => {
    const decision = truth.decide(input, state);
    return decision.ok ? { ...decision, events: rewrite(decision.events, input.command) } : decision;
  },
});

/** Remembers no id: whoever asks again is judged again. */
export const withoutMemory: VerdictDecider = {
  ...truth,
  key: (command, ws) => (command.kind === 'decide' ? undefined : truth.key(command, ws)),
};

/** Gives a repeat the recorded verdict, and takes the charge once more. */
export const chargingRepeats = (): VerdictDecider => {
  const verdicts = new Map<string, string>();
  const charges = new Map<string, readonly LimitEntry[]>();
  return {
    ...withoutMemory,
    decide: (input, state) => {
      const { command, ws } = input;
      const key = command.kind === 'decide' ? requestKey(ws, command.request) : '';
      const entries = charges.get(key);
      if (command.kind !== 'decide' || entries === undefined) return truth.decide(input, state);
      const { subject, request_id } = command.request;
      const again = entries.map((entry) => ({ ...entry, account: null }));
      return { ok: true, events: [{ type: 'limit.charged', data: { subject, request_id, entries: again } }] };
    },
    evolve: (state, event, place) => {
      if (event.type === 'limit.charged') charges.set(requestKey(place.ws, event.data), event.data.entries);
      truth.evolve(state, event, place);
    },
    reply: (recorded) => {
      const { entry, event } = recorded;
      const reply = truth.reply(recorded);
      if (entry.command.kind !== 'decide') return reply;
      const key = requestKey(entry.ws, entry.command.request);
      if (event.type === 'limit.charged') return verdicts.get(key) ?? reply;
      verdicts.set(key, reply);
      return reply;
    },
  };
};

/** Loses its timer: nothing falls due without somebody asking. */
export const withoutTimer: VerdictDecider = { ...truth, nextDeadline: () => undefined };

/** Gives back what an allowed request held when its time has passed, as if nothing could have been spent. */
export const releasingExpiry = rewriting((events, { kind }) =>
  events.map((event): VerdictEvent => {
    if (kind !== 'expire' || event.type !== 'limit.settled') return event;
    const entries = event.data.entries.map((entry) =>
      entry.account?.form === 'budget'
        ? { ...entry, account: { ...entry.account, settled: entry.account.settled - entry.amount } }
        : entry,
    );
    const { subject, request_id } = event.data;
    return { type: 'limit.released', data: { subject, request_id, cause: 'cancelled', entries } };
  }),
);

/** Forgets what it has set aside, so that the next one gets it too. */
export const withoutReservations: VerdictDecider = {
  ...truth,
  evolve: (state, event, place) => {
    if (event.type !== 'limit.reserved') truth.evolve(state, event, place);
  },
};

/** Closes each verdict as approved, whatever its sessions said. */
export const approvingAll: VerdictDecider = {
  ...truth,
  decide: (input, state) => {
    const { command } = input;
    const approved = command.kind === 'close' ? { ...command, outcome: 'positive' as const } : command;
    return truth.decide({ ...input, command: approved }, state);
  },
};

/** Never says the same twice. */
export const restless = (): VerdictDecider => {
  let count = 0;
  return { ...truth, reply: (recorded) => `${truth.reply(recorded).slice(0, -1)},"count":${++count}}` };
};

/** Records some requests and says that it has not. */
export const denyingItself: VerdictDecider = {
  ...truth,
  reply: (recorded) => {
    const { request_id = '' } = recorded.event.data as Partial<RequestRef>;
    return request_id.endsWith('3')
      ? '{"decision":false,"error":{"code":"OVERLOADED","message":"too many","retriable":true}}'
      : truth.reply(recorded);
  },
};

/** Says that it decided under the set before. */
export const misquoting = rewriting((events) =>
  events.map((event) => {
    if (event.type !== 'verdict.issued') return event;
    const { revision, documents } = event.data.policies;
    return {
      ...event,
      data: { ...event.data, policies: { revision: Math.max(0, revision - 1), documents } },
    };
  }),
);

/** Decides by more than what is stored. */
export const capricious = (): VerdictDecider => {
  let count = 0;
  return rewriting((events) =>
    events.map((event) =>
      event.type === 'verdict.issued'
        ? { ...event, data: { ...event.data, omitted: { reasons: ++count, warnings: 0, documents: 0 } } }
        : event,
    ),
  );
};
