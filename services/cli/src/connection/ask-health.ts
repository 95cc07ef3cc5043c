import { HEALTH_ADDRESS, type HealthQuestion, type HealthReport } from '@edict/contracts';
import type { Connection } from '@edict/nats';
import { unavailable } from '../stop.ts';

/** How long to wait for a further answer once one came, and for the first. */
const STALL_MS = 300;
const FIRST_MS = 2_000;

/** Asks every process for its health and gathers what they say; none when nobody is there. */
export const askHealth = async (
  { nc }: Connection,
  question: HealthQuestion,
): Promise<readonly HealthReport[]> => {
  const reports: HealthReport[] = [];
  try {
    const replies = await nc.requestMany(HEALTH_ADDRESS, JSON.stringify(question), {
      strategy: 'stall',
      stall: STALL_MS,
      maxWait: FIRST_MS,
    });
    for await (const reply of replies) {
      const report: unknown = reply.data.length === 0 ? undefined : reply.json();
      if (isReport(report)) reports.push(report);
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'PermissionViolationError')
      throw unavailable(`health cannot be asked for: ${error.message}`);
    // Nobody listens there: that is an answer too.
    if (!/no responders|503/i.test(error.message)) throw error;
  }
  return reports.sort((a, b) => a.incarnation.localeCompare(b.incarnation));
};

const isReport = (value: unknown): value is HealthReport =>
  typeof value === 'object' && value !== null && Array.isArray((value as HealthReport).journals);
