import canonicalize from 'canonicalize';
import type { Exchange } from '../run.ts';
import { hashOf, type Story, type ToldEntry } from './told-run.ts';

export const documentHash = (document: unknown): string => hashOf(canonicalize(document) ?? '');

export const T = 1_000_000;
export const subject = { type: 'agent', id: 'a' };
export const limits = {
  policy_id: 'limits',
  kind: 'limits',
  schema_version: 1,
  description: 'ten in all',
  rules: [{ id: 'spend', measure: 'cost', key: ['agent'], budget: { limit: 10, window: 'lifetime' } }],
};
export const voting = {
  policy_id: 'votes',
  mode: 'macp.mode.decision.v1',
  schema_version: 1,
  description: 'half of them',
  rules: { voting: { algorithm: 'majority', threshold: 0.5 } },
};

export const saved = (document: { policy_id: string }, kind: string) => ({
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

export const requestOf = (request_id: string, cost: number) => ({
  request_id,
  subject,
  action: { name: 'task.run' },
  resource: { type: 'task', id: 't' },
  context: { cost },
});

export const verdictOf = (request_id: string, effect: string, more: object = {}) => ({
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

export const entryOf = (amount: number, settled: number, reserved: number) => ({
  policy_id: 'limits',
  rule: 'spend',
  key: 'agent:a',
  measure: 'cost',
  limit: 10e6,
  amount,
  account: { form: 'budget', opened: T, ends: null, settled, reserved },
});

export const limitEvent = (type: string, request_id: string, entry: object, more: object) => ({
  type,
  data: { subject, request_id, entries: [entry], ...more },
});

export const decided = (
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

export const asked = (
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

export const receipt = (journal: string, revision: number, index = 0) => ({
  receipt: { journal, revision, index },
});
