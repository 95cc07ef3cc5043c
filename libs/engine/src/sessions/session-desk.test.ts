import { Acknowledgement } from '@edict/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { createInProcessEngine, type InProcessEngine } from '../in-process-engine.ts';

const DECISION = {
  policy_id: 'policy.fraud',
  mode: 'macp.mode.decision.v1',
  schema_version: 3,
  description: 'votes decide',
  rules: { voting: { algorithm: 'majority' } },
};
const GUARDRAIL = {
  policy_id: 'guardrail.payments',
  kind: 'guardrail',
  schema_version: 1,
  description: 'no shells',
  rules: { tools: { blocked_tools: ['shell.*'] } },
};

let engine: InProcessEngine | undefined;
afterEach(() => engine?.close());

const engineWith = async (document: object, enforcement: string): Promise<InProcessEngine> => {
  engine = await createInProcessEngine();
  const saved = await engine.policy(JSON.stringify({ op: 'save', document, enforcement }), { ws: 'w' });
  expect(JSON.parse(saved)).toMatchObject({ revision: 1 });
  return engine;
};

const startUnder = async (policy_version: string, { signal }: InProcessEngine): Promise<Acknowledgement> => {
  const payload = {
    participants: ['a'],
    mode_version: '1.0.0',
    configuration_version: 'c',
    ttl_ms: 60_000,
    policy_version,
  };
  const envelope = {
    macp_version: '1.0',
    mode: 'macp.mode.decision.v1',
    message_type: 'SessionStart',
    message_id: 'm',
    session_id: 'abcdefghijklmnopqrstuvwx',
    sender: 'a',
    payload,
  };
  return Acknowledgement.parse(JSON.parse(await signal(JSON.stringify(envelope), { ws: 'w' })));
};

describe('the policy that a session is started under', () => {
  it('macp 3.1 is a decision policy that is enforced', async () => {
    expect(await startUnder('policy.fraud', await engineWith(DECISION, 'enforce'))).toMatchObject({
      ok: true,
    });
  });

  it.each(['enforce', 'audit', 'off'])('macp 3.1 is never one of another kind (%s)', async (enforcement) => {
    expect(await startUnder('guardrail.payments', await engineWith(GUARDRAIL, enforcement))).toMatchObject({
      error: {
        code: 'INVALID_POLICY_DEFINITION',
        message: 'policy_version is guardrail.payments, which is no policy for macp.mode.decision.v1',
      },
    });
  });

  it.each(['warn', 'audit', 'off'])(
    'is not one on %s: the refusal says that it is not enforced',
    async (enforcement) => {
      expect(await startUnder('policy.fraud', await engineWith(DECISION, enforcement))).toMatchObject({
        error: {
          code: 'UNKNOWN_POLICY_VERSION',
          message:
            'policy_version is policy.fraud: no decision policy of that id is enforced in this workspace',
        },
      });
    },
  );
});
