import { HEALTH_ADDRESS, type HealthQuestion, type HealthReport } from '@edict/contracts';
import { serve } from '@edict/nats';
import { frozenMembers } from './frozen-members.ts';
import type { RunningService, ServiceContext } from './service-context.ts';

export interface HealthServer {
  report(question: HealthQuestion): Promise<HealthReport>;
  stop(): Promise<void>;
}

/** What the NATS server that a process is on means for it. */
export interface ServerPromises {
  /** What an acknowledged answer survives, in words. */
  readonly durability: string;
  /** How long it keeps a client that does not answer its pings, in milliseconds; `undefined`: it does not tell. */
  readonly pingTimeoutMs: number | undefined;
}

/** Answers for this process, whoever asks how the deployment is. */
export const serveHealth = (
  { edge, store, membership, deployment, unfit, bury, intake, log, clock }: ServiceContext,
  services: readonly RunningService[],
  { durability, pingTimeoutMs }: ServerPromises,
): HealthServer => {
  const startedAt = new Date(clock.now()).toISOString();
  const report = async ({ state_hashes: withHashes = false }: HealthQuestion): Promise<HealthReport> => {
    const [backlog, ...owned] = await Promise.all([
      intake.queue.backlog().catch((error: Error) => error),
      ...services.map((service) => service.journals(withHashes)),
    ]);
    const journals = owned.flat();
    const problems = [
      ...(edge.connected() && store.connected() ? [] : ['NATS cannot be reached']),
      ...[unfit()].flatMap((refusal) => refusal?.message ?? []),
      ...services.flatMap((service) => service.problems()),
      ...(backlog instanceof Error ? [`the intake cannot be looked at: ${backlog.message}`] : []),
      ...journals
        .filter(({ problem }) => problem !== undefined)
        .map(({ journal, status, problem }) =>
          status === 'broken' ? `${journal} was stopped: ${problem}` : (problem ?? ''),
        ),
    ];
    return {
      incarnation: membership.incarnation(),
      deployment: deployment.id,
      services: services.map(({ name }) => name),
      ok: problems.length === 0,
      started_at: startedAt,
      durability,
      frozen_members: frozenMembers(pingTimeoutMs),
      journals: journals.toSorted((a, b) => a.journal.localeCompare(b.journal, 'en', { numeric: true })),
      views: services.flatMap((service) => service.views?.() ?? []),
      intake: backlog instanceof Error ? [] : backlog,
      problems: [...new Set(problems)],
    };
  };
  const onFault = (error: unknown): void => log.error('health could not be told', { error });
  const served = serve(
    edge,
    { subject: HEALTH_ADDRESS, consumer: 'health', bury, onFault },
    async (request) => {
      request.reply(JSON.stringify(await report(questionIn(request.data))));
    },
  );
  return { report, stop: () => served.drain() };
};

/** Anything else than our own question asks for the plain facts. */
const questionIn = (data: Uint8Array): HealthQuestion => {
  try {
    const question: unknown = JSON.parse(new TextDecoder().decode(data));
    return typeof question === 'object' && question !== null && 'state_hashes' in question
      ? { state_hashes: question.state_hashes === true }
      : {};
  } catch {
    return {};
  }
};
