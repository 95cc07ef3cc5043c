import { BUCKETS, STREAMS } from '@edict/contracts';
import { provision } from '@edict/nats';
import { type Alarm, createAlarms } from './alarms.ts';
import type { ProjectorContext } from './context.ts';
import { createFeedLog } from './feed/feed-log.ts';
import { createFeedSink } from './feed/feed-sink.ts';
import { type OutputStatus, runOutput } from './output.ts';
import type { Sink } from './sink.ts';
import { historyRows, latestRows } from './views/policy-rows.ts';
import { sessionRows } from './views/session-rows.ts';
import { createViewSink, type Projection } from './views/view-sink.ts';

export interface ProjectorStatus {
  readonly outputs: readonly OutputStatus[];
  readonly alarms: readonly Alarm[];
}

/** Makes views, the public feed and notices out of the journals (architecture §2, contract §4 and §7). */
export interface Projector {
  status(): ProjectorStatus;
  /** Finishes what it is writing and stops; nothing that it has not written is lost for the next one. */
  stop(): Promise<void>;
}

/**
 * Starts every output, each with its own consumer and its own account of how far it is; resolves when all of them
 * read. Several may run at once, in several processes.
 * Streams and buckets are made when they are missing. Faults: those of `provision`.
 */
export const startProjector = async (context: ProjectorContext): Promise<Projector> => {
  await provision(context.store, context.provision ?? {});
  const alarms = createAlarms(context);
  const feed = createFeedLog(context.store);
  const run = (name: string, stream: string, sink: Sink) =>
    runOutput({ context, alarms, name, stream, sink });
  const view = (name: string, stream: string, bucket: string, projection: () => Projection) =>
    run(name, stream, createViewSink(context, bucket, projection));
  const feedOf = (stream: string) => run('feed', stream, createFeedSink(context, stream, feed));
  const outputs = [
    view('latest', STREAMS.policies, BUCKETS.latest, latestRows),
    view('history', STREAMS.policies, BUCKETS.history, historyRows),
    view('sessions', STREAMS.sessions, BUCKETS.sessions, sessionRows),
    feedOf(STREAMS.policies),
    feedOf(STREAMS.verdicts),
    feedOf(STREAMS.sessions),
  ];
  await Promise.all(outputs.map(({ opened }) => opened));
  return {
    status: () => ({ outputs: outputs.map(({ status }) => status()), alarms: alarms.all() }),
    stop: async () => {
      await Promise.all(outputs.map(({ stop }) => stop()));
    },
  };
};
