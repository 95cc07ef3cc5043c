import type { DecisionReply } from '@edict/sdk';
import { requestOf, type Stage } from './stage.ts';

/** Requests that flow while the policy changes: this many at a time, from this many agents. */
const AT_ONCE = 8;
const AGENTS = 6;
const BEFORE_AND_AFTER = 120;
const POLICY = 'guardrail.payments';

interface Answer {
  readonly effect: string;
  readonly setRevision: number;
  readonly ms: number;
}

/** One policy changes while requests flow; each answer holds under exactly one set of policies. */
export const playChange = async (stage: Stage): Promise<void> => {
  const { edict, teller } = stage;
  teller.chapter('One policy changes while requests flow');
  const current = await edict.policies.get(POLICY);
  if (current.error !== undefined) {
    await teller.step(
      `reading ${POLICY}`,
      async () => current.error,
      (error) => ({ ok: false, said: error.message }),
    );
    return;
  }
  const flow = startFlow(stage);
  await flow.reached(BEFORE_AND_AFTER);
  const saved = await teller.step(
    `mail.send joins the blocked tools of ${POLICY}`,
    () =>
      edict.policies.save(withBlockedTool(current.document, 'mail.send'), {
        actor: 'ann',
        reason: 'a phishing wave',
      }),
    (reply) => ({
      ok: reply.error === undefined,
      said:
        reply.error === undefined
          ? `revision ${reply.revision}, set ${reply.set_revision}`
          : reply.error.message,
    }),
  );
  await flow.reached(flow.count() + BEFORE_AND_AFTER);
  const answers = await flow.stop();
  const setRevision = saved.error === undefined ? saved.set_revision : Number.POSITIVE_INFINITY;
  await teller.step(
    'every answer fits the policies that it names: allowed before, denied from then on',
    async () => answers,
    () => judgeFlow(answers, setRevision),
  );
  await teller.step(
    `${POLICY} goes back to revision ${current.revision}, as a new revision`,
    () => edict.policies.rollback(POLICY, current.revision, { actor: 'ann', reason: 'the wave is over' }),
    (reply) => ({
      ok: reply.error === undefined && reply.hash === current.hash,
      said:
        reply.error === undefined ? `revision ${reply.revision}, the hash of before` : reply.error.message,
    }),
  );
};

const judgeFlow = (answers: readonly Answer[], setRevision: number) => {
  const wrong = answers.filter(
    ({ effect, setRevision: under }) => effect !== (under < setRevision ? 'allow' : 'deny'),
  );
  const denied = answers.filter(({ effect }) => effect === 'deny').length;
  const half = answers.map(({ ms }) => ms).sort((a, b) => a - b)[answers.length >>> 1] ?? 0;
  const said =
    `${answers.length} answers, ${AT_ONCE} at a time, half of them within ${half.toFixed(1)} ms: ` +
    `${answers.length - denied} allowed, then ${denied} denied, ${wrong.length} wrong`;
  return { ok: wrong.length === 0 && denied > 0 && denied < answers.length, said };
};

const startFlow = (stage: Stage) => {
  const answers: Answer[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let flowing = true;
  let next = 0;
  const askOn = async (): Promise<void> => {
    while (flowing) {
      const n = next++;
      const as = `payments-flow-${stage.run}-${n % AGENTS}`;
      const asked = performance.now();
      const reply = await stage.edict.decide(
        requestOf(stage, `flow-${n}`, 'tool.invoke', { type: 'tool', id: 'mail.send' }, { as }),
      );
      answers.push(toAnswer(reply, performance.now() - asked));
      for (const { count, resolve } of waiting) if (answers.length >= count) resolve();
    }
  };
  const running = Array.from({ length: AT_ONCE }, askOn);
  return {
    count: () => answers.length,
    reached: (count: number): Promise<void> =>
      new Promise((resolve) => {
        if (answers.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    stop: async (): Promise<readonly Answer[]> => {
      flowing = false;
      await Promise.all(running);
      return answers;
    },
  };
};

const toAnswer = (reply: DecisionReply, ms: number): Answer =>
  reply.error === undefined
    ? { effect: reply.effect, setRevision: reply.policies.revision, ms }
    : { effect: reply.error.code, setRevision: 0, ms };

/** The document with one more blocked tool. */
const withBlockedTool = (document: object, tool: string): unknown => {
  const copy = structuredClone(document) as { rules?: { tools?: { blocked_tools?: string[] } } };
  const tools = copy.rules?.tools;
  if (tools !== undefined) tools.blocked_tools = [...(tools.blocked_tools ?? []), tool];
  return copy;
};
