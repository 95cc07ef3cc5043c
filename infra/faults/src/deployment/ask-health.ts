import { HEALTH_ADDRESS, type HealthReport } from '@edict/contracts';
import { connect } from '@nats-io/transport-node';

const LONGEST_MS = 1_500;

/** Asks every process how it is, and stops waiting as soon as as many as are expected have answered. */
export const askHealth = async (
  url: string,
  expected: number,
  question: object = {},
): Promise<readonly HealthReport[]> => {
  const nc = await connect({ servers: url.split(','), reconnect: false, timeout: LONGEST_MS });
  try {
    const replies = await nc.requestMany(HEALTH_ADDRESS, JSON.stringify(question), {
      strategy: 'count',
      maxMessages: Math.max(1, expected),
      maxWait: LONGEST_MS,
    });
    const reports: HealthReport[] = [];
    for await (const reply of replies) if (reply.data.length > 0) reports.push(reply.json());
    return reports;
  } finally {
    await nc.close();
  }
};
