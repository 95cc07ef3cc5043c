import type { Violation } from '@edict/checker';
import { ERROR_CODES, type ErrorCode, verbAddress } from '@edict/contracts';
import { connect, headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { type Deployment, startDeployment } from '../deployment/deployment.ts';
import { eventually } from '../eventually.ts';
import { expectation, type FaultCase, NOTHING, type Outcome, type Round } from '../fault-case.ts';
import { ALLOWED_TOOL, goodRequest } from '../poison/good-request.ts';
import { type Poison, poisonOf, WORKSPACES } from '../poison/poison.ts';

/** After so many messages a good request has to be answered. */
const BATCH = 250;
const IN_FLIGHT = 16;
const ANSWER_MS = 10_000;
const SHOWN_BYTES = 400;
const MOST_VIOLATIONS = 20;

/** Messages that nobody should send, on every public address. */
export const poison: FaultCase = {
  name: 'poison',
  what: 'garbage near every schema, raw bytes, deep and huge texts and header tricks on every public address',
  play: async (round) => {
    const deployment = await startDeployment();
    try {
      const nc = await connect({ servers: deployment.url });
      try {
        await savePolicy(nc);
        return await poisonAll(round, deployment, nc);
      } finally {
        await nc.close();
      }
    } finally {
      await deployment.stop();
    }
  },
};

const poisonAll = async (round: Round, deployment: Deployment, nc: NatsConnection): Promise<Outcome> => {
  const started = deployment.processes().map(({ pid }) => pid);
  const violations: Violation[] = [];
  let sent = 0;
  let answered = 0;
  while (sent < round.messages && violations.length < MOST_VIOLATIONS) {
    const seed = round.random.between(1, 2 ** 31 - 1);
    const batch = [...poisonOf(seed, Math.min(BATCH, round.messages - sent))];
    const lane = async (): Promise<void> => {
      for (let next = batch.shift(); next !== undefined; next = batch.shift()) {
        sent += 1;
        const reply = await send(nc, next);
        if (reply !== undefined) answered += 1;
        const flaw = flawOf(next, reply);
        if (flaw !== undefined)
          violations.push(expectation('poison', flaw, show(next), reply?.string() ?? ''));
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
    violations.push(...(await stillGood(nc, deployment, started, `good-${sent}`)));
  }
  return { counts: { ...NOTHING, faults: sent, sent, answered }, violations };
};

const send = (
  nc: NatsConnection,
  { address, payload, headers: fields }: Poison,
): Promise<Msg | undefined> => {
  const block = headers();
  for (const [name, value] of Object.entries(fields)) block.set(name, value);
  return nc.request(address, payload, { timeout: ANSWER_MS, headers: block }).catch(() => undefined);
};

/** What is wrong with the answer to a message that nobody should have sent. */
const flawOf = ({ address }: Poison, reply: Msg | undefined): string | undefined => {
  if (reply === undefined) return 'a message was never answered';
  const body = objectIn(reply);
  if (body === undefined) return 'an answer is no JSON object';
  if (body['decision'] === true) return 'garbage was allowed';
  const error = body['error'] as { readonly code?: unknown } | null | undefined;
  if (address.includes('.decide.') && body['decision'] !== false) return 'an answer has no decision';
  if (error === null || error === undefined) return undefined;
  const { status } = ERROR_CODES[error.code as ErrorCode] ?? {};
  return status !== undefined && String(status) === reply.headers?.get('Nats-Service-Error-Code')
    ? undefined
    : 'the header of an error does not fit its code';
};

const objectIn = (reply: Msg): Readonly<Record<string, unknown>> | undefined => {
  try {
    const body: unknown = reply.json();
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

/** Nothing crashed, and whoever asks properly is answered. */
const stillGood = async (
  nc: NatsConnection,
  deployment: Deployment,
  started: readonly number[],
  id: string,
): Promise<readonly Violation[]> => {
  const pids = deployment.processes().map(({ pid }) => pid);
  if (pids.join() !== started.join()) {
    return [expectation('poison', 'a process ended', `${started.join()} became ${pids.join()}`)];
  }
  const reply = await decide(nc, id);
  return reply?.includes('"decision":true') === true
    ? []
    : [expectation('poison', 'a good request is not answered well any more', reply ?? 'no answer')];
};

const decide = (nc: NatsConnection, id: string): Promise<string | undefined> =>
  nc
    .request(verbAddress('decide', WORKSPACES.decisions), JSON.stringify(goodRequest(id)), {
      timeout: ANSWER_MS,
    })
    .then((reply) => reply.string())
    .catch(() => undefined);

const savePolicy = async (nc: NatsConnection): Promise<void> => {
  const document = {
    policy_id: 'guardrail.poison',
    kind: 'guardrail',
    schema_version: 1,
    description: 'One tool, for one agent',
    applies_to: { subjects: ['good'] },
    rules: { tools: { allowed_tools: [ALLOWED_TOOL] } },
  };
  const body = { op: 'save', document, actor: 'faults', reason: 'what good requests ask for' };
  const address = verbAddress('policy', WORKSPACES.decisions);
  await nc.request(address, JSON.stringify(body), { timeout: ANSWER_MS });
  // Each try under an id of its own: one that came before the policy is denied, and stays so.
  let tries = 0;
  await eventually(
    'a good request is allowed',
    async () => (await decide(nc, `first-${tries++}`))?.includes('"decision":true') === true,
  );
};

const show = ({ address, headers: fields, payload }: Poison): string =>
  `${address} ${JSON.stringify(fields)} ${Buffer.from(payload.subarray(0, SHOWN_BYTES)).toString('latin1')} (${payload.length} bytes)`;
