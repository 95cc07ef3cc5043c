import { afterEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from './create-engine.ts';

let engine: Engine | undefined;
afterEach(() => engine?.close());

const guardrail = {
  policy_id: 'guardrail.tools',
  kind: 'guardrail',
  schema_version: 1,
  description: 'Tools',
  rules: { tools: { allowed_tools: ['mail.*'], blocked_tools: ['mail.delete'] } },
};
const toolRequest = (id: string, request_id: string) => ({
  request_id,
  subject: { type: 'agent', id: 'analyst' },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id },
});

describe('createEngine', () => {
  it('decides under the documents it was given, without a broker', async () => {
    engine = await createEngine({ policies: [guardrail] });
    expect(await engine.decide(toolRequest('mail.send', 'r-1'))).toMatchObject({
      decision: true,
      effect: 'allow',
    });
    expect(await engine.decide(toolRequest('mail.delete', 'r-2'))).toMatchObject({
      decision: false,
      effect: 'deny',
      reasons: expect.arrayContaining([expect.objectContaining({ code: 'tool.blocked' })]),
    });
  });

  it('denies what no policy speaks about', async () => {
    engine = await createEngine();
    expect(await engine.decide(toolRequest('mail.send', 'r-1'))).toMatchObject({
      decision: false,
      reasons: [{ code: 'UNGOVERNED' }],
    });
  });

  it('N8 answers a repeated request with the recorded verdict', async () => {
    engine = await createEngine({ policies: [guardrail] });
    const first = await engine.decide(toolRequest('mail.send', 'r-1'));
    expect(await engine.decide(toolRequest('mail.send', 'r-1'))).toEqual(first);
  });

  it('waits for an answer as long as it is told', async () => {
    engine = await createEngine({ policies: [guardrail] });
    const early = { ...toolRequest('mail.send', 'r-1'), at_least_revision: 5 };
    expect(await engine.decide(early, { timeoutMs: 1 })).toMatchObject({
      decision: false,
      error: { code: 'UNAVAILABLE', message: expect.stringContaining('within 1 ms') },
    });
    expect(await engine.decide(early)).toMatchObject({ error: { code: 'REVISION_NOT_REACHED' } });
  });

  it('refuses to start under a document that cannot be enforced', async () => {
    await expect(createEngine({ policies: [{ ...guardrail, kind: 'wish' }] })).rejects.toMatchObject({
      code: 'POLICY_INVALID',
    });
  });

  it('keeps policies as the bus does: history, difference, rollback', async () => {
    engine = await createEngine({ policies: [guardrail] });
    await engine.policies.save({ ...guardrail, description: 'Mail only' });
    expect(await engine.policies.diff('guardrail.tools', 1, 2)).toMatchObject({
      changes: [{ op: 'replace', path: '/description' }],
    });
    const back = await engine.policies.rollback('guardrail.tools', 1);
    const first = await engine.policies.get('guardrail.tools', { revision: 1 });
    expect([back.error, first.error]).toEqual([undefined, undefined]);
    expect(back).toMatchObject({ revision: 3, hash: first.error === undefined ? first.hash : '' });
  });
});
