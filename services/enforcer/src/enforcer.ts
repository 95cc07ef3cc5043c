import { describeVerdictState } from '@edict/core';
import type { VerdictDecider, VerdictDesk } from '@edict/engine';
import { createVerdictDesk } from '@edict/engine';
import {
  journalHealth,
  ownPartitions,
  type RunningService,
  type ServiceContext,
  sendInternalOn,
  serveIntake,
  serveInternal,
  serveVerbs,
} from '@edict/service-kit';
import { judgeClosing } from './judge-closing.ts';
import { decideHandler, outcomeHandler } from './verb-handlers.ts';

/** The enforcer: answers *may this agent do this now?* from the bus, durably. */
export interface Enforcer extends RunningService {
  readonly desk: VerdictDesk;
}

/**
 * Loads the partitions that are its own, follows the policies, and takes decision requests and outcomes. The rules
 * are Edict's own unless a test brings others.
 */
export const startEnforcer = async (
  context: ServiceContext,
  rules: { readonly decider?: VerdictDecider } = {},
): Promise<Enforcer> => {
  const { clock, deployment, openJournal, run, log } = context;
  const policies = await context.policies();
  const desk = createVerdictDesk({
    partitions: deployment.partitions,
    ...rules,
    openJournal,
    clock,
    incarnation: run,
    unfit: context.unfit,
    checkpoints: context.checkpoints,
    directory: policies.directory,
    fresh: policies.fresh,
    sendInternal: sendInternalOn(context),
    onBroken: (journal, error) => log.error(`${journal} was stopped: it does not fit together`, { error }),
    onFault: (journal, error) => log.error(`something failed at ${journal}`, { error }),
  });
  const internal = serveInternal(context, 'enforcer', 'verdicts', judgeClosing(desk));
  const disown = await ownPartitions(context, 'enforcer', desk, internal);
  const decide = decideHandler(context, desk);
  const verbs = serveVerbs(context, 'enforcer', { decide, outcome: outcomeHandler(context, desk) });
  const intake = serveIntake(context, 'enforcer', 'decide', decide);
  return {
    name: 'enforcer',
    desk,
    journals: (withHashes) => journalHealth(desk.hosts(), describeVerdictState, withHashes),
    problems: policies.problems,
    stop: async () => {
      disown();
      await Promise.all([verbs.stop(), intake.stop()]);
      await internal.stop();
      await desk.drain();
    },
  };
};
