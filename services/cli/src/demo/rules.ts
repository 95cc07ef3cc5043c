import { expecting, requestOf, type Stage } from './stage.ts';

/** Tools, domains, data and budgets: each one question with one answer. */
export const playRules = async (stage: Stage): Promise<void> => {
  const { edict, teller } = stage;
  teller.chapter('An agent asks, the rules answer');

  await teller.step(
    'payments-bot wants to use ledger.delete, which is blocked',
    () => edict.decide(requestOf(stage, 'delete', 'tool.invoke', { type: 'tool', id: 'ledger.delete' })),
    expecting('deny', 'tool.blocked'),
  );
  await teller.step(
    'payments-bot wants to reach paste.example, which is on no list',
    () =>
      edict.decide(
        requestOf(
          stage,
          'domain',
          'net.connect',
          { type: 'domain', id: 'paste.example' },
          { context: { protocol: 'https' } },
        ),
      ),
    expecting('deny', 'network.not_allowed'),
  );
  await teller.step(
    'payments-bot reaches api.bank.example over https',
    () =>
      edict.decide(
        requestOf(
          stage,
          'bank',
          'net.connect',
          { type: 'domain', id: 'api.bank.example' },
          { context: { protocol: 'https' } },
        ),
      ),
    expecting('allow'),
  );
  await playData(stage);
  await playBudget(stage);
};

const playData = async (stage: Stage): Promise<void> => {
  const { edict, teller } = stage;
  const email = { type: 'key', id: 'users/7/email', properties: { labels: 'internal' } };
  const read = requestOf(stage, 'email', 'data.read', email);
  await teller.step(
    'payments-bot reads a customer’s e-mail address, and is told that it will be masked',
    () => edict.decide(read),
    (reply) => {
      const judged = expecting('allow')(reply);
      const masked = reply.error === undefined && reply.obligations.some(({ type }) => type === 'modify');
      return masked ? judged : { ok: false, said: `${judged.said}; expected the obligation to modify` };
    },
  );
  await teller.step(
    'it reports what it read; what comes back may be passed on',
    () =>
      edict.outcome({
        request_id: read.request_id,
        subject: read.subject,
        outcome: 'success',
        value: 'ann@customer.example',
      }),
    (reply) => ({
      ok: reply.error === undefined && reply.value === '[REDACTED]',
      said:
        reply.error === undefined
          ? `ann@customer.example → ${JSON.stringify(reply.value)}`
          : reply.error.message,
    }),
  );
  await teller.step(
    'payments-bot wants the same of a confidential record, a label it may not handle',
    () =>
      edict.decide(
        requestOf(stage, 'label', 'data.read', { ...email, properties: { labels: 'confidential' } }),
      ),
    expecting('deny', 'access.label'),
  );
};

/** 50 a day for each agent: two reports at 20 fit, the third does not. */
const playBudget = async (stage: Stage): Promise<void> => {
  const { edict, teller } = stage;
  const as = `payments-clerk-${stage.run}`;
  for (const [i, effect] of ['allow', 'allow', 'deny'].entries()) {
    const request = requestOf(
      stage,
      `report-${i}`,
      'tool.invoke',
      { type: 'tool', id: 'ledger.report' },
      { as, context: { cost: 20 } },
    );
    await teller.step(
      `${as} orders a report at 20, number ${i + 1} of a budget of 50`,
      () => edict.decide(request),
      (reply) => {
        const judged = expecting(effect, effect === 'deny' ? 'limit.exceeded' : undefined)(reply);
        const spend =
          reply.error === undefined ? reply.limits.find(({ limit }) => limit === 'spend') : undefined;
        return spend === undefined
          ? judged
          : { ...judged, said: `${judged.said}  remaining ${spend.remaining}` };
      },
    );
    if (effect === 'allow') {
      await edict.outcome({
        request_id: request.request_id,
        subject: request.subject,
        outcome: 'success',
        cost: 20,
      });
    }
  }
};
