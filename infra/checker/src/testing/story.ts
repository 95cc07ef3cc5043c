import {
  asked,
  decided,
  documentHash,
  entryOf,
  limitEvent,
  limits,
  receipt,
  requestOf,
  saved,
  subject,
  T,
  verdictOf,
  voting,
} from './story-parts.ts';
import type { Story, ToldEntry } from './told-run.ts';

/** r1 is settled by its outcome, r2 by its time, r3 by the votes of x and y. */
export const trueStory = (): Story => {
  const sessions = [
    { session_id: 's', decision_policy: 'votes', approvers: ['x', 'y'], deadline: T + 60_000 },
  ];
  const waiting = verdictOf('r3', 'escalate', { obligations: [{ type: 'approval', session_id: 's' }] });
  const granted = verdictOf('r3', 'allow');
  const outcome = { request_id: 'r1', subject, outcome: 'success', cost: 3 };
  const outcomeReply = { request_id: 'r1', settled: true, effect: 'allow', limits: [] };
  const vote = (sender: string): ToldEntry => ({
    at: T + 2_000,
    command: { kind: 'signal' },
    events: [
      {
        type: 'signal.accepted',
        data: {
          session_id: 's',
          message_id: `vote-${sender}`,
          message_type: 'Vote',
          sender,
          payload: { proposal_id: 'request', vote: 'APPROVE' },
        },
      },
    ],
  });
  const request = { subject, request_id: 'r3' };
  const story: Story = {
    policies: [
      { at: T - 9_000, command: { op: 'save' }, events: [saved(voting, 'decision')] },
      { at: T - 8_000, command: { op: 'save' }, events: [saved(limits, 'limits')] },
    ],
    verdicts: [
      decided(
        T,
        'r1',
        4,
        verdictOf('r1', 'allow'),
        limitEvent('limit.reserved', 'r1', entryOf(4e6, 0, 4e6), { hold: 'work', expires_at: T + 30_000 }),
      ),
      {
        at: T + 100,
        command: { kind: 'outcome', report: outcome },
        events: [
          { type: 'outcome.recorded', data: { subject, outcome: 'success', ...outcomeReply } },
          limitEvent('limit.settled', 'r1', entryOf(3e6, 3e6, 0), { cause: 'outcome' }),
        ],
      },
      decided(
        T + 200,
        'r2',
        5,
        verdictOf('r2', 'allow'),
        limitEvent('limit.reserved', 'r2', entryOf(5e6, 3e6, 5e6), { hold: 'work', expires_at: T + 30_200 }),
      ),
      decided(
        T + 1_000,
        'r3',
        0,
        waiting,
        limitEvent('limit.reserved', 'r3', entryOf(0, 3e6, 5e6), { hold: 'approval', expires_at: null }),
        { type: 'escalation.opened', data: { ...request, sessions, closes_at: T + 65_000 } },
      ),
      {
        at: T + 3_000,
        command: { kind: 'close' },
        events: [
          {
            type: 'verdict.closed',
            data: {
              ...request,
              outcome: 'positive',
              sessions: ['s'],
              request: requestOf('r3', 0),
              verdict: granted,
              reservation: { expires_at: T + 33_000 },
            },
          },
        ],
      },
      {
        at: T + 30_200,
        command: { kind: 'expire', subject, request_id: 'r2' },
        events: [limitEvent('limit.settled', 'r2', entryOf(5e6, 8e6, 0), { cause: 'expired' })],
      },
      {
        at: T + 33_000,
        command: { kind: 'expire', subject, request_id: 'r3' },
        events: [limitEvent('limit.settled', 'r3', entryOf(0, 8e6, 0), { cause: 'expired' })],
      },
    ],
    sessions: [
      {
        at: T + 1_100,
        command: { kind: 'start-sealed' },
        events: [
          {
            type: 'session.started',
            data: {
              session_id: 's',
              participants: ['x', 'y'],
              policy: voting,
              deadline: T + 60_000,
              request,
            },
          },
        ],
      },
      vote('x'),
      vote('y'),
      {
        at: T + 2_500,
        command: { kind: 'signal' },
        events: [
          {
            type: 'session.resolved',
            data: {
              session_id: 's',
              message_id: null,
              resolution: { outcome_positive: true },
              reasons: [],
              request,
            },
          },
        ],
      },
    ],
    history: [
      asked(
        100,
        'policy',
        { op: 'save', document: limits },
        {
          policy_id: 'limits',
          revision: 1,
          hash: documentHash(limits),
          enforcement: 'enforce',
          set_revision: 2,
          ...receipt('policies.w', 2),
        },
      ),
      asked(10_000, 'decide', requestOf('r1', 4), {
        ...verdictOf('r1', 'allow'),
        ...receipt('verdicts.0', 1),
      }),
      asked(10_050, 'decide', requestOf('r1', 4), {
        ...verdictOf('r1', 'allow'),
        ...receipt('verdicts.0', 1),
      }),
      asked(10_100, 'outcome', outcome, { ...outcomeReply, ...receipt('verdicts.0', 2) }),
      asked(10_200, 'decide', requestOf('r2', 5), {
        ...verdictOf('r2', 'allow'),
        ...receipt('verdicts.0', 3),
      }),
      asked(11_000, 'decide', requestOf('r3', 0), { ...waiting, ...receipt('verdicts.0', 4) }),
      asked(13_000, 'decide', requestOf('r3', 0), { ...granted, ...receipt('verdicts.0', 5) }),
      asked(14_000, 'decide', requestOf('r4', 1), { decision: false, error: { code: 'OVERLOADED' } }),
    ],
    quietUntil: T + 200_000,
  };
  return structuredClone(story);
};
