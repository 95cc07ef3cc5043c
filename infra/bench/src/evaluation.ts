import type { DecisionRequest } from '@edict/contracts';
import {
  checkDocument,
  compilePolicySet,
  documentHash,
  evaluateRequest,
  type LiveDocument,
} from '@edict/core';
import type { Measurements } from './goals.ts';
import { percentile } from './statistics.ts';
import { allowedTool, blockedTool, decisionRequest, guardrailDocuments, WORKSPACE } from './traffic.ts';

const RULES = 1_000;
const REQUESTS = 4_096;

/** Judges requests by 1,000 guardrail rules, in this process and one at a time, with every reason. */
export const measureEvaluation = (count: number): NonNullable<Measurements['evaluation']> => {
  const set = compilePolicySet({
    ws: WORKSPACE,
    revision: 1,
    ungoverned: 'deny',
    documents: guardrailDocuments().map(toLive),
  });
  const requests = Array.from({ length: REQUESTS }, (_, number) => toRequest(number));
  const evaluate = (number: number): number => {
    const request = requests[number % REQUESTS] ?? toRequest(number);
    const began = performance.now();
    const { effect } = evaluateRequest(set, { request, ws: WORKSPACE, at: 0, claimsTrusted: true });
    const ended = performance.now();
    if (effect !== expectedEffect(number))
      throw new Error(`request ${number} of the evaluation got ${effect}`);
    return (ended - began) * 1000;
  };
  for (let number = 0; number < count; number++) evaluate(number);
  const micros = Float64Array.from({ length: count }, (_, number) => evaluate(number)).sort();
  return { rules: RULES, p50Micros: percentile(micros, 0.5), p99Micros: percentile(micros, 0.99) };
};

/** Every second one asks for a tool that is blocked, so that both explanations count. */
const isBlocked = (number: number): boolean => number % 2 === 1;

const expectedEffect = (number: number): string => (isBlocked(number) ? 'deny' : 'allow');

const toRequest = (number: number): DecisionRequest => {
  const id = isBlocked(number) ? blockedTool(number * 7) : allowedTool(number * 7);
  return { ...decisionRequest('evaluation', number), resource: { type: 'tool', id } };
};

const toLive = (written: unknown): LiveDocument => {
  const checked = checkDocument(written);
  if (!checked.ok) throw new Error(`a document of the bench is refused: ${JSON.stringify(checked.problems)}`);
  const { document } = checked;
  return {
    policy_id: document.policy_id,
    kind: 'guardrail',
    revision: 1,
    hash: documentHash(document),
    enforcement: 'enforce',
    document,
  };
};
