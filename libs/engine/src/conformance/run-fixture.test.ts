import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMemoryConformancePort } from './memory-port.ts';
import { parseFixture } from './parse-fixture.ts';
import { runFixture } from './run-fixture.ts';

const SESSION = 'conformance-fixture-0001';

const play = (text: string) => {
  const parsed = parseFixture(text);
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  return runFixture(parsed.fixture, createMemoryConformancePort(), SESSION);
};

const fixture = (changes: object = {}) => ({
  mode: 'macp.mode.decision.v1',
  initiator: 'lead',
  participants: ['lead', 'a'],
  mode_version: '1.0.0',
  configuration_version: 'cfg-1',
  ttl_ms: 60_000,
  messages: [
    proposal('lead', 'accept'),
    {
      _comment: 'the harness commits positively by default',
      sender: 'lead',
      message_type: 'Commitment',
      payload_type: 'macp.v1.CommitmentPayload',
      payload: {
        commitment_id: 'c1',
        action: 'decision.selected',
        authority_scope: 'test',
        reason: 'done',
        mode_version: '1.0.0',
        configuration_version: 'cfg-1',
        unknown_to_protobuf: 1,
      },
      expect: 'accept',
    },
  ],
  expected_final_state: 'Resolved',
  expect_resolution_present: true,
  expected_resolution: { outcome_positive: true },
  expected_mode_state: { phase: 'Committed', proposals: { p1: { sender: 'lead' } } },
  ...changes,
});

const proposal = (sender: string, expectation: string, code?: string) => ({
  sender,
  message_type: 'Proposal',
  payload_type: 'macp.modes.decision.v1.ProposalPayload',
  payload: { proposal_id: 'p1', option: 'deploy', supporting_data: [] },
  expect: expectation,
  ...(code === undefined ? {} : { expected_error_code: code }),
});

const failures = async (changes: object) => (await play(JSON.stringify(fixture(changes)))).failures;

describe('a fixture', () => {
  it('macp 5.2 passes when everything is as its script says, with the defaults of the reference harness', async () => {
    expect(await play(JSON.stringify(fixture()))).toEqual({ passed: true, failures: [] });
  });

  it.each([
    [
      'a refusal that was expected',
      { messages: [proposal('lead', 'reject')] },
      'm1 Proposal: expected reject, found accept',
    ],
    [
      'another code',
      { messages: [proposal('b', 'reject', 'INVALID_ENVELOPE')] },
      'expected INVALID_ENVELOPE, found FORBIDDEN',
    ],
    ['another final state', { expected_final_state: 'Open' }, 'final state: expected Open, found Resolved'],
    ['no resolution expected', { expect_resolution_present: false }, 'resolution: expected none'],
    ['another resolution', { expected_resolution: { action: 'x' } }, 'resolution/action: expected "x"'],
    ['another mode state', { expected_mode_state: { votes: { p1: {} } } }, 'mode state/votes/p1'],
    [
      'a policy that cannot be saved',
      { policy: { policy_id: 'policy.default' } },
      'INVALID_POLICY_DEFINITION',
    ],
    ['a policy that does not exist', { policy_version: 'policy.none.such' }, 'UNKNOWN_POLICY_VERSION'],
    ['another mode', { mode: 'macp.mode.task.v1' }, 'MODE_NOT_SUPPORTED'],
  ])('macp 5.5 fails over %s and says where', async (_what, changes, message) => {
    expect((await failures(changes)).join('\n')).toContain(message);
  });

  it('macp 5.5 fails when a refused message changed the session', async () => {
    const port = createMemoryConformancePort();
    let observed = 0;
    const parsed = parseFixture(
      JSON.stringify(
        fixture({
          messages: [proposal('b', 'reject')],
          expected_final_state: 'Open',
          expect_resolution_present: false,
          expected_resolution: undefined,
          expected_mode_state: undefined,
        }),
      ),
    );
    if (!parsed.ok) throw new Error(parsed.problems.join('; '));
    const unsteady = {
      ...port,
      observe: async (id: string) => {
        const session = await port.observe(id);
        return session && { ...session, accepted: [`m${observed++}`] };
      },
    };
    const { failures: found } = await runFixture(parsed.fixture, unsteady, SESSION);
    expect(found).toContain('m1 Proposal: was refused, and changed the session');
    expect(found).toContain('the replayed session differs from the live one');
  });

  it.each([
    ['not JSON', '{', 'not JSON'],
    ['an unknown key', JSON.stringify({ ...fixture(), extra: 1 }), '/extra'],
    [
      'a message without a sender',
      JSON.stringify(fixture({ messages: [{ ...proposal('a', 'accept'), sender: '' }] })),
      '/messages/0/sender',
    ],
  ])('macp 5.2 tells what is wrong with its format: %s', (_what, text, message) => {
    const parsed = parseFixture(text);
    expect(parsed.ok ? '' : parsed.problems.join('\n')).toContain(message);
  });
});

const corpus = new URL('../../../../../shared/conformance/macp/', import.meta.url);

describe('the public corpus', () => {
  const files = existsSync(corpus)
    ? readdirSync(corpus).filter((file) => /^decision_.*\.json$/.test(file))
    : [];

  if (files.length === 0) {
    it('macp 5.3 is absent: put it at ../shared/conformance/macp beside the repository', () => {
      expect(existsSync(corpus)).toBe(false);
    });
    return;
  }

  it.each(files)('macp 5.3 %s passes', async (file) => {
    expect(await play(readFileSync(new URL(file, corpus), 'utf8'))).toEqual({ passed: true, failures: [] });
  });
});
