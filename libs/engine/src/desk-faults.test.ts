import type { JournalName } from '@edict/contracts';
import { createSessionsDecider, policiesDecider, verdictsDecider } from '@edict/core';
import { createMemoryJournals, systemClock } from '@edict/journal';
import { describe, expect, it } from 'vitest';
import { createPolicyDesk } from './policies/policy-desk.ts';
import { createPolicyDirectory } from './policies/policy-directory.ts';
import { createSessionDesk } from './sessions/session-desk.ts';
import { readDecision } from './verdicts/read-decision.ts';
import { createVerdictDesk } from './verdicts/verdict-desk.ts';

const createRig = () => {
  const told: [string, unknown][] = [];
  const decide = (): never => {
    throw new Error('a bug');
  };
  const options = {
    partitions: 1,
    openJournal: createMemoryJournals().open,
    clock: systemClock,
    incarnation: 'test',
    directory: createPolicyDirectory(),
    fresh: () => true,
    sendInternal: async (): Promise<never> => expect.unreachable('nothing crosses'),
    onFault: (journal: string, error: unknown) => told.push([journal, error]),
  };
  return { told, decide, options, deadline: systemClock.monotonic() + 5_000 };
};
const bug = expect.objectContaining({ code: 'INTERNAL_ERROR', message: expect.stringMatching(/: a bug$/) });

describe('a command that cannot be decided is told of, with its journal and what was thrown', () => {
  it('by a desk of policies', async () => {
    const { told, decide, options } = createRig();
    const desk = createPolicyDesk({
      ...options,
      decider: { ...policiesDecider, decide },
      authorise: async () => expect.unreachable('nobody speaks for themselves'),
    });
    const { rejection } = await desk.handle({ ws: 'default', body: { op: 'list' } });
    expect(rejection?.code).toBe('INTERNAL_ERROR');
    expect(told).toEqual([['default', bug]]);
    await desk.drain();
  });

  it('by a desk of verdicts', async () => {
    const { told, decide, options, deadline } = createRig();
    const desk = createVerdictDesk({ ...options, decider: { ...verdictsDecider, decide } });
    const body = {
      request_id: 'r-1',
      subject: { type: 'agent', id: 'payer' },
      action: { name: 'tool.invoke' },
      resource: { type: 'tool', id: 'shell' },
      context: {},
    };
    const read = readDecision(Buffer.from(JSON.stringify(body)), { ws: 'default', freshId: () => 'made' });
    if (!read.ok) return expect.unreachable(read.rejection.message);
    await new Promise((resolve) => desk.decide(read.value, deadline, resolve));
    expect(told).toEqual([['verdicts.0', bug]]);
    await desk.drain();
  });

  it('by a desk of sessions', async () => {
    const { told, decide, options, deadline } = createRig();
    const deciderOf = (journal: JournalName) => ({ ...createSessionsDecider(journal), decide });
    const desk = createSessionDesk({ ...options, deciderOf });
    const envelope = {
      macp_version: '1.0',
      mode: 'macp.mode.decision.v1',
      message_type: 'Vote',
      message_id: 'm-1',
      session_id: 's-1',
      sender: 'risk',
      timestamp_unix_ms: 1,
      payload: { proposal_id: 'request', vote: 'APPROVE', reason: '' },
    };
    await new Promise((resolve) => desk.signal({ ws: 'default', envelope }, deadline, resolve));
    expect(told).toEqual([['sessions.0', bug]]);
    await desk.drain();
  });
});
