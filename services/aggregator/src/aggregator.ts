import type { JournalName } from '@edict/contracts';
import { sessionsSnapshot } from '@edict/core';
import { createSessionDesk, type SessionDecider, type SessionDesk } from '@edict/engine';
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
import { judgeInternal } from './judge-internal.ts';
import { signalHandler } from './signal-handler.ts';

/** The aggregator: answers *have these agents decided?* from the bus, durably. */
export interface Aggregator extends RunningService {
  readonly desk: SessionDesk;
}

/**
 * Loads the partitions that are its own, follows the policies, and takes signals. The rules are Edict's own unless a
 * test brings others.
 */
export const startAggregator = async (
  context: ServiceContext,
  rules: { readonly deciderOf?: (journal: JournalName) => SessionDecider } = {},
): Promise<Aggregator> => {
  const { clock, deployment, openJournal, run, log } = context;
  const policies = await context.policies();
  const desk = createSessionDesk({
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
  const internal = serveInternal(context, 'aggregator', 'sessions', judgeInternal(desk));
  const disown = await ownPartitions(context, 'aggregator', desk, internal);
  const signal = signalHandler(desk);
  const verbs = serveVerbs(context, 'aggregator', { signal });
  const intake = serveIntake(context, 'aggregator', 'signal', signal);
  return {
    name: 'aggregator',
    desk,
    journals: (withHashes) => journalHealth(desk.hosts(), sessionsSnapshot, withHashes),
    problems: policies.problems,
    stop: async () => {
      disown();
      await Promise.all([verbs.stop(), intake.stop()]);
      await internal.stop();
      await desk.drain();
    },
  };
};
