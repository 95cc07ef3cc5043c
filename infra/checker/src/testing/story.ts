import { createHash } from 'node:crypto';
import type { JournalName } from '@edict/contracts';
import canonicalize from 'canonicalize';
import type { Exchange, Run } from '../run.ts';

/** An entry of a commit, as loose as a broken system might write it. */
export interface ToldEntry {
  at: number;
  command: Record<string, unknown>;
  events: { type: string; data: Record<string, unknown> }[];
}

/** A small true run, written by hand, for tests to break in one place. Each commit holds one entry. */
export interface Story {
  policies: ToldEntry[];
  verdicts: ToldEntry[];
  sessions: ToldEntry[];
  history: (Exchange & { sent: Record<string, unknown>; answer?: Record<string, unknown> })[];
  quietUntil: number;
}

const hashOf = (text: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;
const documentHash = (document: unknown): string => hashOf(canonicalize(document) ?? '');

type Store = (text: Uint8Array) => Uint8Array;

/** The story as a checker gets it; `store` makes what lies in the journal of a commit's text. */
export const runOf = (
  { policies, verdicts, sessions, history, quietUntil }: Story,
  store: Store = (text) => text,
): Run => ({
  history: history.map(({ sent, answer, reply, ...exchange }) => ({
    ...exchange,
    body: JSON.stringify(sent),
    ...(reply === undefined ? {} : { reply: { at: reply.at, body: JSON.stringify(answer) } }),
  })),
  journals: new Map([
    chained('policies.w', policies, store),
    chained('verdicts.0', verdicts, store),
    chained('sessions.0', sessions, store),
  ]),
  quietUntil,
});

const chained = (
  journal: JournalName,
  entries: readonly ToldEntry[],
  store: Store,
): [JournalName, Uint8Array[]] => {
  let previous = '';
  const commits = entries.map((entry, i) => {
    const stored = { id: `${journal}-${i}`, ws: 'w', ...entry };
    const text = JSON.stringify({
      v: 1,
      journal,
      revision: i + 1,
      previous,
      semantics: 1,
      entries: [stored],
    });
    const bytes = store(Buffer.from(text));
    previous = hashOf(bytes);
    return bytes;
  });
  return [journal, commits];
};

const T = 1_000_000;
const subject = { type: 'agent', id: 'a' };
const limits = {
  policy_id: 'limits',
  kind: 'limits',
  schema_version: 1,
  description: 'ten in all',
  rules: [{ id: 'spend', measure: 'cost', key: ['agent'], budget: { limit: 10, window: 'lifetime' } }],
};
const voting = {
  policy_id: 'votes',
  mode: 'macp.mode.decision.v1',
  schema_version: 1,
  description: 'half of them',
  rules: { voting: { algorithm: 'majority', threshold: 0.5 } },
};

const saved = (document: { policy_id: string }, kind: string) => ({
  type: 'policy.saved',
  data: {
    policy_id: document.policy_id,
    revision: 1,
    hash: documentHash(document),
    enforcement: 'enforce',
    kind,
    document,
  },
});

const requestOf = (request_id: string, cost: number) => ({
  request_id,
  subject,
  action: { name: 'task.run' },
  resource: { type: 'task', id: 't' },
  context: { cost },
});

const verdictOf = (request_id: string, effect: string, more: object = {}) => ({
  request_id,
  decision: effect === 'allow',
  effect,
  reasons: [],
  warnings: [],
  obligations: [],
  limits: [],
  reservation: null,
  policies: { revision: 2, documents: [{ policy_id: 'limits', revision: 1, hash: documentHash(limits) }] },
  issued_at: '2026-11-21T09:00:00.000Z',
  ...more,
});

const entryOf = (amount: number, settled: number, reserved: number) => ({
  policy_id: 'limits',
  rule: 'spend',
  key: 'agent:a',
  measure: 'cost',
  limit: 10e6,
  amount,
  account: { form: 'budget', opened: T, ends: null, settled, reserved },
});

const limitEvent = (type: string, request_id: string, entry: object, more: object) => ({
  type,
  data: { subject, request_id, entries: [entry], ...more },
});

const decided = (
  at: number,
  id: string,
  cost: number,
  verdict: object,
  ...more: ToldEntry['events']
): ToldEntry => ({
  at,
  command: { kind: 'decide', request: requestOf(id, cost) },
  events: [{ type: 'verdict.issued', data: { ...verdict } }, ...more],
});

const asked = (
  sentAt: number,
  verb: Exchange['verb'],
  sent: Record<string, unknown>,
  answer: Record<string, unknown>,
): Story['history'][number] => ({
  client: 'c',
  verb,
  ws: 'w',
  body: '',
  sentAt,
  reply: { at: sentAt + 5, body: '' },
  sent,
  answer,
});

const receipt = (journal: string, revision: number, index = 0) => ({ receipt: { journal, revision, index } });

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
