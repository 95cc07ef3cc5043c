import { type Projector, startProjector } from '@edict/projector';
import type { RunningService, ServiceContext } from '@edict/service-kit';

/** The projector as one of a process's services: it owns no journal, and says how far its outputs are. */
export const startProjectorService = async (context: ServiceContext): Promise<RunningService> => {
  const projector = await startProjector(context);
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
    ...alarms.map(({ output, journal, message }) => `${output} stopped at ${journal}: ${message}`),
  ];
};
