import { BUCKETS, INTAKE_VERBS, STREAMS, subscriptions } from '@edict/contracts';
import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from '@nats-io/jetstream';

/** The part of a stream's configuration that matters; the broker fills in the rest. */
export type StreamPlan = Pick<StreamConfig, 'name' | 'subjects'> & Partial<StreamConfig>;

/** What an operator may choose; absent: as it is, or the default when the stream is new. */
export interface StorageSettings {
  /** Copies in a cluster: 1 (default), 3 or 5. */
  readonly replicas?: number;
  /** How long the public feed keeps events, in milliseconds (7 days). */
  readonly eventsAgeMs?: number;
}

const NANOS = 1_000_000;
const WEEK_MS = 7 * 24 * 3_600_000;
const DUPLICATE_WINDOW_MS = 120_000;
const SHORTEST_WINDOW_MS = 100;
const MESSAGE_BYTES = 1_048_576;
/** What a dead letter adds to a message: what was taken must fit there. */
const DEAD_HEADER_BYTES = 8_192;
/** How many messages of one workspace and verb the intake holds. */
const INTAKE_MESSAGES = 100_000;

/** A log that nothing but an operator may shorten: an emptied subject would reset the fence and forget spend. */
const log = (name: string, subjects: string[]): StreamPlan => ({
  name,
  subjects,
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.New,
  max_age: 0,
  max_bytes: -1,
  max_msgs: -1,
  max_msgs_per_subject: -1,
  max_msg_size: MESSAGE_BYTES,
  allow_direct: true,
  deny_delete: false,
  deny_purge: false,
});

/**
 * A message leaves it when it is done. Each workspace has room of its own for each verb, and who fills it is refused.
 * The broker takes equal `Nats-Msg-Id`s for one message, whoever sent them, so its window for that is as short as can be.
 */
const intake: StreamPlan = {
  ...log(STREAMS.intake, INTAKE_VERBS.map(subscriptions.intake)),
  retention: RetentionPolicy.Workqueue,
  max_msgs_per_subject: INTAKE_MESSAGES,
  discard_new_per_subject: true,
  max_msg_size: MESSAGE_BYTES - DEAD_HEADER_BYTES,
  duplicate_window: SHORTEST_WINDOW_MS * NANOS,
};

const bucket = (name: string): StreamPlan => ({
  ...log(`KV_${name}`, [`$KV.${name}.>`]),
  max_msgs_per_subject: 1,
  allow_rollup_hdrs: true,
  deny_delete: true,
});

/** The broker refuses an age below its window for duplicates. */
export const ageChoice = (ageMs: number) => ({
  max_age: ageMs * NANOS,
  duplicate_window: Math.min(ageMs, DUPLICATE_WINDOW_MS) * NANOS,
});

/** Every stream and bucket of a deployment. */
export const streamPlans = ({ eventsAgeMs }: StorageSettings): readonly StreamPlan[] => [
  { ...log(STREAMS.policies, [subscriptions.journals('policies')]), deny_delete: true, deny_purge: true },
  log(STREAMS.verdicts, [subscriptions.journals('verdicts')]),
  log(STREAMS.sessions, [subscriptions.journals('sessions')]),
  { ...log(STREAMS.events, [subscriptions.allEvents]), ...ageChoice(eventsAgeMs ?? WEEK_MS) },
  log(STREAMS.dead, [subscriptions.allDead]),
  intake,
  log(STREAMS.snapshots, [subscriptions.allSnapshots]),
  {
    ...log(STREAMS.anchors, [subscriptions.allAnchors]),
    max_msgs_per_subject: 1,
    discard: DiscardPolicy.Old,
  },
  ...Object.values(BUCKETS).map(bucket),
];
