import { randomUUID } from 'node:crypto';
import type { DecisionRequest, SignalEnvelope } from '@edict/contracts';
import type { SourceDocument } from '../input/documents.ts';
import { envelopesFrom, startFrom } from '../input/envelopes.ts';
import { type AnsweredError, badInput, refusal, type Stop } from '../stop.ts';
import { type Difference, differences } from './differences.ts';
import type { PlannedCase, PlannedStep } from './read-suite.ts';
import { type Answer, createTestEngine, type TestEngine } from './test-engine.ts';

/** The first step whose answer is not what was wanted; a case ends there. */
export interface Failure {
  /** Counted from 1. */
  readonly step: number;
  readonly differences: readonly Difference[];
  readonly answer: Answer;
  /** What was asked, when it was a request. */
  readonly request?: DecisionRequest;
}

/** What later steps of a case refer to without naming it. */
interface Latest {
  request?: DecisionRequest;
  session?: string | undefined;
}

/** Plays a case on an engine of its own. Gives nothing when all went as wanted; throws a Stop when it cannot be played. */
export const playCase = async (
  planned: PlannedCase,
  policies: readonly SourceDocument[],
  workspace: string,
): Promise<Failure | undefined> => {
  const engine = await createTestEngine(workspace, planned.at);
  try {
    await prepare(engine, planned, policies);
    return await playSteps(engine, planned.steps);
  } finally {
    await engine.close();
  }
};

const prepare = async (
  engine: TestEngine,
  { ungoverned, enforcement }: PlannedCase,
  policies: readonly SourceDocument[],
): Promise<void> => {
  const change = async (message: Answer, refuse: (error: AnsweredError) => Stop): Promise<void> => {
    const error = (await engine.send('policy', message))['error'] as AnsweredError | undefined;
    if (error !== undefined) throw refuse(error);
  };
  for (const { source, value } of policies) {
    await change({ op: 'save', document: value }, (error) =>
      refusal({ ...error, message: `${source}: ${error.message}` }),
    );
  }
  if (ungoverned !== undefined) await change({ op: 'set_workspace', ungoverned }, refusal);
  for (const [policy_id, word] of Object.entries(enforcement)) {
    await change({ op: 'set_enforcement', policy_id, enforcement: word }, ({ message }) =>
      badInput(`given.enforcement: ${message}`),
    );
  }
};

const playSteps = async (engine: TestEngine, steps: readonly PlannedStep[]): Promise<Failure | undefined> => {
  const latest: Latest = {};
  for (const [i, step] of steps.entries()) {
    await engine.pass(step.after);
    for (let time = 0; time < step.times; time++) {
      const answer = await act(engine, step, latest);
      const found = differences(step.expect, answer);
      if (found.length === 0) continue;
      const { request } = step;
      return { step: i + 1, differences: found, answer, ...(request !== undefined && { request }) };
    }
  }
  return undefined;
};

const act = async (engine: TestEngine, step: PlannedStep, latest: Latest): Promise<Answer> => {
  if (step.request !== undefined) {
    const answer = await engine.send('decide', step.request);
    latest.request = { ...step.request, request_id: String(answer['request_id']) };
    latest.session = sessionOf(answer) ?? latest.session;
    return answer;
  }
  if (step.report !== undefined) {
    const { request_id, subject } = latest.request ?? {};
    return await engine.send('outcome', { request_id, subject, ...step.report });
  }
  const envelope = envelopeOf(engine, step, latest);
  latest.session = envelope.session_id;
  return await engine.send('signal', envelope);
};

const envelopeOf = (engine: TestEngine, step: PlannedStep, latest: Latest): SignalEnvelope => {
  const filled = { newId: randomUUID, now: engine.now() };
  if (step.session !== undefined) return startFrom(step.session, filled);
  const [envelope] = envelopesFrom({ session_id: latest.session, ...step.signal }, filled);
  return envelope as SignalEnvelope;
};

/** The session that an escalation has opened. */
const sessionOf = ({ obligations }: Answer): string | undefined =>
  ((obligations ?? []) as readonly { readonly session_id?: string }[]).find(({ session_id }) => session_id)
    ?.session_id;
