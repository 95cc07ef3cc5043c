import type { DecideCommand } from '@edict/contracts';
import { verdictsDecider } from '@edict/core';
import { timeOneByOne } from '../measure/one-by-one.ts';
import { measureRounds, type Variant } from '../measure/rounds.ts';
import type { Row, Sample } from '../measure/sample.ts';
import { compileDocuments } from '../workload/compile.ts';
import { agentBudget, decisionRequest, openDocument, WORKSPACE } from '../workload/traffic.ts';
import type { Task } from './run-task.ts';

export interface DecideInput {
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly decisions: number;
}

/** As many as in the evaluations: no processor's cache holds what all of them touch. */
const REQUESTS = 16_384;

/** Decides requests of agents that have a budget each, so that one applies, which has been used before; a row per number. */
export const task: Task<DecideInput, readonly Row[]> = async ({ sizes, rounds, decisions }) => {
  const variants = sizes.map((limits, index): Variant => {
    const sample = sampler(limits, decisions);
    // Until the compilers are done.
    sample();
    return { name: limitsRow(limits), reference: index === 0, sample: async () => sample() };
  });
  return measureRounds(rounds, variants);
};

export const limitsRow = (limits: number): string =>
  `whole verdict, ${limits.toLocaleString('en')} agents with a budget`;

const sampler = (limits: number, decisions: number): (() => Sample) => {
  const budgets = Array.from({ length: limits }, (_, agent) => agentBudget(agent));
  const facts = { set: compileDocuments([openDocument(), ...budgets]) };
  const state = verdictsDecider.initialState();
  const decide = (command: DecideCommand) =>
    verdictsDecider.decide({ command, ws: WORKSPACE, at: 0, facts }, state);
  for (const command of commands('before', limits)) {
    const decided = decide(command);
    if (!decided.ok) throw new Error(decided.rejection.message);
    for (const [index, event] of decided.events.entries()) {
      verdictsDecider.evolve(state, event, { ws: WORKSPACE, at: 0, revision: 1, index, command });
    }
  }
  const asked = commands('asked', limits);
  return () =>
    timeOneByOne(decisions, (number) => {
      const decided = decide(asked[number % REQUESTS] as DecideCommand);
      const event = decided.ok ? decided.events[0] : undefined;
      return event?.type === 'verdict.issued' && event.data.decision && event.data.limits.length === 1;
    });
};

/** A step that shares no factor with the numbers of agents visits all of them. */
const commands = (run: string, agents: number): DecideCommand[] =>
  Array.from({ length: REQUESTS }, (_, number) => ({
    kind: 'decide',
    claims_trusted: true,
    request: { ...decisionRequest(run, number * 7_919, agents), request_id: `${run}-${number}` },
  }));
