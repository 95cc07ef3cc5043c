import { HEALTH_ADDRESS, type HealthReport } from '@edict/contracts';
import type { Bus } from './bus.ts';

const ANSWERS_MS = 300;

/** How many verdict journals each enforcer owns, as the enforcers themselves say. */
export const verdictJournalsByOwner = async (bus: Bus): Promise<number[]> => {
  const replies = await bus.nc.requestMany(HEALTH_ADDRESS, '{}', { strategy: 'timer', maxWait: ANSWERS_MS });
  const reports: HealthReport[] = [];
  for await (const reply of replies) reports.push(reply.json());
  return reports
    .filter(({ services }) => services.includes('enforcer'))
    .map(({ journals }) => journals.filter(({ journal }) => journal.startsWith('verdicts.')).length);
};
