import type { DecideCommand, LimitStatus, Reason } from '@edict/contracts';
import { describe, expect, test } from 'vitest';
import { compilePolicySet } from '../enforcement/compile-policy-set.ts';
import { evaluateRequest } from '../enforcement/evaluate-request.ts';
import { NO_LIMITS } from '../enforcement/limits/apply-limits.ts';
import { assembleVerdict } from './assemble-verdict.ts';
import { outcomeKey, requestKey } from './request-key.ts';
import { liveDocument, toolRequest } from './story-documents.ts';
import { NOON, VerdictStory } from './verdict-story.ts';
import { verdictsDecider } from './verdicts-decider.ts';

const decide = (more: Partial<DecideCommand> = {}): DecideCommand => ({
  kind: 'decide',
  request: { ...toolRequest('a'), request_id: 'a' },
  claims_trusted: true,
  ...more,
});

describe('what is stored', () => {
  test('a request is stored as its sender wrote it', () => {
    const raw = '{ "request_id": "a", "extra": 1.50 }';
    expect(verdictsDecider.encode(decide({ raw }))).toBe(
      `{"kind":"decide","request":${raw},"claims_trusted":true}`,
    );
  });

  test('a request without its own text is stored all the same', () => {
    const stored = JSON.parse(verdictsDecider.encode(decide({ claims_trusted: false })));
    expect(stored).toEqual({ kind: 'decide', request: decide().request, claims_trusted: false });
  });

  test('of an outcome neither the value nor a copy of the request is stored', () => {
    const stored = verdictsDecider.encode({
      kind: 'outcome',
      report: { request_id: 'a', subject: { type: 'agent', id: 'analyst' }, outcome: 'success' },
      value: 'secret',
      value_sha256: 'sha256:00',
      recorded: {
        receipt: { journal: 'verdicts.0', revision: 1, index: 0 },
        effect: 'allow',
        set_revision: 3,
        request: toolRequest('a', { tool: 'private' }),
      },
    });
    expect(stored).not.toContain('secret');
    expect(stored).not.toContain('private');
    expect(JSON.parse(stored).recorded).toEqual({
      receipt: { journal: 'verdicts.0', revision: 1, index: 0 },
      effect: 'allow',
      set_revision: 3,
    });
  });

  test('of the policies only the set revision is stored', () => {
    const story = new VerdictStory([]);
    story.ask(toolRequest('a'));
    expect(story.entries[0]?.facts).toEqual({ set_revision: 1 });
  });
});

describe('replies and keys', () => {
  test('the reply is the recorded verdict, byte for byte, with the receipt at its end', () => {
    const story = new VerdictStory([]);
    const { text } = story.ask(toolRequest('a'));
    const recorded = JSON.stringify(story.events()[0]?.data);
    expect(text).toBe(`${recorded.slice(0, -1)},"receipt":{"journal":"verdicts.0","revision":1,"index":0}}`);
  });

  test('requests of different subjects, and their outcomes, have different keys', () => {
    const ref = (id: string) => ({ subject: { type: 'agent', id }, request_id: 'a' });
    const keys = [
      requestKey('w', ref('one')),
      requestKey('w', ref('two')),
      requestKey('v', ref('one')),
      outcomeKey('w', ref('one')),
    ];
    expect(new Set(keys).size).toBe(4);
  });

  test('only an escalation can still be replaced by another reply', () => {
    const story = new VerdictStory([]);
    story.ask(toolRequest('a'));
    expect(story.events().map((event) => verdictsDecider.interim(event))).toEqual([false]);
  });
});

test('a verdict lists 64 reasons and 256 documents at most, strongest first, and counts the rest', () => {
  const rules = {
    tools: { blocked_tools: Array.from({ length: 60 }, (_, i) => `search${'*'.repeat(i + 1)}`) },
  };
  const guardrail = { policy_id: 'g', kind: 'guardrail' as const, schema_version: 1, description: '', rules };
  const set = compilePolicySet({
    ws: 'default',
    revision: 1,
    ungoverned: 'deny',
    documents: [liveDocument(guardrail, 1)],
  });
  const input = { request: toolRequest('a'), ws: 'default', at: NOON, claimsTrusted: true };
  const evaluation = evaluateRequest(set, input);
  const extra = (effect: Reason['effect']): Reason => ({ code: `extra.${effect}`, effect, message: '' });
  const statuses: LimitStatus[] = [];
  const verdict = assembleVerdict({
    requestId: 'a',
    effect: 'deny',
    evaluation,
    limits: {
      ...NO_LIMITS,
      statuses,
      reasons: Array.from({ length: 6 }, () => extra('deny')),
      documents: Array.from({ length: 300 }, (_, i) => ({ policy_id: `p-${i}`, revision: 1, hash: '' })),
    },
    setRevision: 1,
    at: NOON,
    reservation: null,
    reasons: [extra('allow')],
  });
  expect(verdict.reasons).toHaveLength(64);
  expect(verdict.policies.documents).toHaveLength(256);
  expect(verdict.omitted).toEqual({ reasons: 3, warnings: 0, documents: 45 });
  expect(verdict.reasons.every(({ effect }) => effect === 'deny')).toBe(true);
});
