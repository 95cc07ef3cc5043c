import type { RunningService, ServiceContext } from '@edict/service-kit';
import { type Projector, startProjector } from './projector.ts';

/** The projector as one of a process's services: it owns no journal, and says how far its outputs are. */
export const startProjectorService = async (context: ServiceContext): Promise<RunningService> => {
  const { store, clock, log: logger, provision } = context;
  const projector = await startProjector({
    store,
    clock,
    logger,
    provision,
    onAlarm: (journal, error) => logger.error(`${journal} is not projected any further`, { error }),
  });
  return {
    name: 'projector',
    journals: async () => [],
    views: () => viewsOf(projector),
    problems: () => problemsOf(projector),
    stop: () => projector.stop(),
  };
};

const viewsOf = (projector: Projector) =>
  projector.status().outputs.map(({ output, stream, lag }) => ({ view: `${output} of ${stream}`, lag }));

const problemsOf = (projector: Projector): string[] => {
  const { outputs, alarms } = projector.status();
  return [
    ...outputs.flatMap(({ output, problem }) => (problem === undefined ? [] : [`${output}: ${problem}`])),
    ...alarms.map(({ output, journal, code, message }) =>
      code === 'JOURNAL_PURGED' ? message : `${output} stopped at ${journal}: ${message}`,
    ),
  ];
};
