import { BOUNDS, Fault, type JournalHealth, type ViewHealth } from '@edict/contracts';
import {
  type Anchors,
  anchoredJournals,
  type Checkpointing,
  type Clock,
  type OpenJournal,
  systemClock,
  type Unfit,
} from '@edict/journal';
import {
  type AnchorFile,
  type Bury,
  type ConnectionSettings,
  connectEdge,
  connectStore,
  type Deployment,
  deadLetters,
  type EdgeConnection,
  type ExpectedDeployment,
  type IntakeQueue,
  jetStreamJournals,
  joinMembership,
  type Membership,
  type ProvisionSettings,
  provision,
  type StoreConnection,
  streamAnchors,
  streamIntake,
  streamSnapshots,
} from '@edict/nats';
import type { Logger } from '../logger.ts';
import { watchFitness } from './fitness.ts';
import { followPolicies, natsPolicyStream, type PolicyFeed } from './policy-feed.ts';

/** Names of the services that run on the bus. */
export type ServiceName = 'policy-store' | 'enforcer' | 'aggregator' | 'projector';

/** Everything that a process shares among the services that it runs. */
export interface ServiceContext {
  readonly edge: EdgeConnection;
  readonly store: StoreConnection;
  readonly clock: Clock;
  readonly membership: Membership;
  readonly deployment: Deployment;
  /** How streams and buckets are made, also one that has vanished. */
  readonly provision: ProvisionSettings;
  /** Journals whose heads are anchored in {@link ServiceContext.anchors}. */
  readonly openJournal: OpenJournal;
  /** Where the heads of journals are written down a second time. */
  readonly anchors: readonly Anchors[];
  /** Where and how often the states of journals are kept. */
  readonly checkpoints: Checkpointing;
  /** Why this process may decide nothing now: its clock is wrong, or the store is not the one that it began with. */
  readonly unfit: Unfit;
  readonly bury: Bury;
  /** What was left without waiting, and how often a message of it is tried before it becomes a dead letter. */
  readonly intake: { readonly queue: IntakeQueue; readonly attempts: number };
  readonly log: Logger;
  /** Names this run of this process in the ids of commands. */
  readonly run: string;
  /** A fresh id for a request that came without one. */
  freshId(): string;
  /** The policies of every workspace: followed once per process, from the first service on that needs them. */
  policies(): Promise<PolicyFeed>;
  /** Leaves the membership and closes both connections. */
  close(): Promise<void>;
}

export interface ServiceContextOptions {
  readonly connection: ConnectionSettings;
  readonly services: readonly ServiceName[];
  readonly log: Logger;
  readonly provision?: ProvisionSettings;
  /** Beside the store, for whoever runs the server: a second place for anchors, and what deployment it holds. */
  readonly anchorFile?: AnchorFile;
  /** How often checkpoints are taken, and how long what lies below them is kept. */
  readonly checkpoints?: Pick<Checkpointing, 'commits' | 'entries' | 'bytes' | 'keepMs'>;
  /** How often a message of the intake is tried (1440: for about a day). */
  readonly intakeAttempts?: number;
  readonly clock?: Clock;
}

/** A service that runs, whose process shares a context with others. */
export interface RunningService {
  readonly name: ServiceName;
  /** The journals that are open here; on request with the hash of each one's state, for which its owner opens it. */
  journals(withHashes: boolean): Promise<readonly JournalHealth[]>;
  views?(): readonly ViewHealth[];
  /** What is wrong now, in words. */
  problems(): readonly string[];
  stop(): Promise<void>;
}

/** With a minute between most of them, about a day. */
export const INTAKE_ATTEMPTS = 1_440;

/** Connects, makes sure that streams and buckets are as they must be, and joins the members. */
export const openServiceContext = async (options: ServiceContextOptions): Promise<ServiceContext> => {
  const connections = await connectBoth(options.connection);
  try {
    return await openOn(connections, options);
  } catch (error) {
    // What stays connected keeps a process alive that is to end.
    await closeBoth(connections);
    throw error;
  }
};

interface Connections {
  readonly edge: EdgeConnection;
  readonly store: StoreConnection;
}

const connectBoth = async (settings: ConnectionSettings): Promise<Connections> => {
  const edge = await connectEdge(settings);
  try {
    return { edge, store: await connectStore(settings) };
  } catch (error) {
    await edge.close();
    throw error;
  }
};

const closeBoth = async ({ edge, store }: Connections): Promise<void> => {
  await Promise.all([edge.close(), store.close()]);
};

const openOn = async (connections: Connections, options: ServiceContextOptions): Promise<ServiceContext> => {
  const { edge, store } = connections;
  const { services, log, clock = systemClock } = options;
  const { deployment, settings } = await provisioned(store, options);
  const anchors = [streamAnchors(store), ...(options.anchorFile ? [options.anchorFile.anchors] : [])];
  const fitness = await watchFitness(store, settings.deployment, { clock, log });
  const run = crypto.randomUUID().replaceAll('-', '').slice(0, 16);
  let lives = 0;
  let ids = 0;
  const membership = await joinMembership({
    edge,
    clock,
    services,
    newIncarnation: () => `${run}-${(++lives).toString(36)}`,
  }).catch((error) => {
    fitness.stop();
    throw error;
  });
  let feed: Promise<PolicyFeed> | undefined;
  const unlisten = store.onChange((connected) => {
    if (connected) log.info('NATS is back');
    else log.warn('NATS cannot be reached; requests are refused until it is back');
  });
  return {
    edge,
    store,
    clock,
    membership,
    deployment,
    provision: settings,
    openJournal: anchoredJournals(jetStreamJournals(store, { timeoutMs: BOUNDS.requestTimeoutMs }), {
      clock,
      places: anchors,
      onFault: (error) => log.warn('the head of a journal could not be anchored now', { error }),
    }),
    anchors,
    checkpoints: {
      ...options.checkpoints,
      snapshots: streamSnapshots(store),
      onProblem: (journal, problem) => log.warn(`${journal}: ${problem}`),
    },
    unfit: fitness.unfit,
    bury: deadLetters(store),
    intake: { queue: streamIntake(store), attempts: options.intakeAttempts ?? INTAKE_ATTEMPTS },
    log,
    run,
    freshId: () => `${run}-r${(++ids).toString(36)}`,
    policies: () => {
      const onFault = (error: unknown): void => log.warn('the policy stream cannot be read now', { error });
      feed ??= followPolicies({
        stream: natsPolicyStream(store, onFault),
        clock,
        anchors,
        onBroken: (journal, error) => log.error(`${journal} does not fit together`, { error }),
        onFault,
      });
      return feed;
    },
    close: async () => {
      unlisten();
      fitness.stop();
      // Not waited for: it may have failed, and one that never catches up has nothing to stop yet.
      feed?.then(
        (following) => following.stop(),
        () => undefined,
      );
      await membership.leave().finally(() => closeBoth(connections));
    },
  };
};

/** From here on nobody makes a new store in the place of this one, not even one that finds it empty. */
const provisioned = async (
  store: StoreConnection,
  { provision: wanted = {}, anchorFile }: ServiceContextOptions,
): Promise<{ deployment: Deployment; settings: ProvisionSettings & { deployment: ExpectedDeployment } }> => {
  const kept = anchorFile?.deployment();
  const expected = kept === undefined ? wanted.deployment : { id: kept, recordedIn: anchorFile?.path ?? '' };
  if (wanted.deployment !== undefined && wanted.deployment.id !== expected?.id) {
    throw new Fault(
      'DEPLOYMENT_MISMATCH',
      `${wanted.deployment.recordedIn} says that this is deployment ${wanted.deployment.id}, but ${expected?.recordedIn} says ${kept}; name that one, or another data folder`,
    );
  }
  const deployment = await provision(store, { ...wanted, ...(expected && { deployment: expected }) });
  await anchorFile?.belongTo(deployment.id);
  const recordedIn = expected?.recordedIn ?? 'this process, from when it started,';
  return { deployment, settings: { ...wanted, deployment: { id: deployment.id, recordedIn } } };
};
