import { type Aggregator, startAggregator } from '@edict/aggregator';
import type { JournalName } from '@edict/contracts';
import { type Enforcer, startEnforcer } from '@edict/enforcer';
import type { PolicyDecider, SessionDecider, VerdictDecider } from '@edict/engine';
import type { OpenJournal, Snapshots } from '@edict/journal';
import { type IntakeQueue, joinMembership, type Membership, type StoreConnection } from '@edict/nats';
import { type PolicyStore, startPolicyStore } from '@edict/policy-store';
import {
  createLogger,
  followPolicies,
  type PolicyFeed,
  type PolicyStream,
  type ServiceContext,
  type ServiceName,
} from '@edict/service-kit';
import type { Machine } from './machine.ts';
import type { Network } from './network.ts';
import type { Store } from './store.ts';
import type { World } from './world.ts';

/** What a broken variant puts in place of a part; nothing of it is there in the true system. */
export interface Replacements {
  readonly openJournal?: (open: OpenJournal) => OpenJournal;
  readonly snapshots?: (snapshots: Snapshots) => Snapshots;
  readonly policyFeed?: (feed: PolicyFeed) => PolicyFeed;
  readonly policyStream?: (stream: PolicyStream) => PolicyStream;
  readonly verdicts?: VerdictDecider;
  readonly sessions?: (journal: JournalName) => SessionDecider;
  readonly policies?: PolicyDecider;
  /** Changes the body of a decision request before a member sees it. */
  readonly request?: (text: string) => string;
}

/** The services of one process, running. */
export interface Member {
  readonly machine: Machine;
  services():
    | { readonly enforcer: Enforcer; readonly aggregator: Aggregator; readonly store: PolicyStore }
    | undefined;
  /** Starts the process: services come up as the store lets them. */
  boot(): void;
  /** Asks the process to stop: it finishes what it took, and takes nothing any more. */
  stop(): void;
  isStopping(): boolean;
}

const SERVICES: readonly ServiceName[] = ['policy-store', 'enforcer', 'aggregator'];

/** How many verdict journals, and how many session journals, a simulated deployment has. */
const PARTITIONS = 2;

export interface Surroundings {
  readonly world: World;
  readonly network: Network;
  readonly store: Store;
  readonly replacements: Replacements;
  /** Whether each member takes itself for the owner of everything. */
  readonly everybodyOwns: boolean;
  /** After how many commits a checkpoint is taken. */
  readonly checkpointCommits: number;
}

export const createMember = (machine: Machine, surroundings: Surroundings): Member => {
  const { world, replacements } = surroundings;
  let services: ReturnType<Member['services']>;
  let leave: (() => Promise<void>) | undefined;
  let stopping = false;

  const start = async (): Promise<void> => {
    const life = machine.life();
    const context = await openContext(machine, surroundings);
    const { verdicts, sessions, policies } = replacements;
    const started = {
      store: await startPolicyStore(context, policies && { decider: policies }),
      enforcer: await startEnforcer(context, verdicts && { decider: verdicts }),
      aggregator: await startAggregator(context, sessions && { deciderOf: sessions }),
    };
    if (machine.life() !== life) return;
    services = started;
    leave = () => context.membership.leave();
    world.tell(machine.name, () => 'is ready');
  };

  return {
    machine,
    isStopping: () => stopping,
    services: () => (machine.isUp() ? services : undefined),
    boot: () => {
      services = undefined;
      leave = undefined;
      stopping = false;
      machine.start();
      world.tell(machine.name, () => 'starts');
      void start();
    },
    stop: () => {
      const running = services;
      if (running === undefined) return;
      stopping = true;
      world.tell(machine.name, () => 'is asked to stop');
      void leave?.();
      for (const service of [running.store, running.enforcer, running.aggregator]) void service.stop();
    },
  };
};

const openContext = async (
  machine: Machine,
  { network, store, replacements, everybodyOwns, checkpointCommits, world }: Surroundings,
): Promise<ServiceContext> => {
  const { clock } = machine;
  const run = `${machine.name}-${machine.life()}`;
  const edge = network.edgeOf(machine);
  let lives = 0;
  let ids = 0;
  const joined = await joinMembership({
    edge,
    clock,
    services: SERVICES,
    newIncarnation: () => `${run}-${++lives}`,
  });
  const membership = everybodyOwns ? owningAll(joined) : joined;
  const stream = store.policiesFor(machine);
  const open = store.openFor(machine);
  const snapshots = store.snapshotsFor(machine);
  let feed: Promise<PolicyFeed> | undefined;
  const log = createLogger({
    level: 'error',
    format: 'human',
    write: (line) => world.tell(machine.name, () => line.slice(25)),
    now: clock.now,
  });
  return {
    edge,
    store: NO_CONNECTION,
    clock,
    membership,
    deployment: { id: 'simulated', partitions: PARTITIONS },
    provision: {},
    anchors: [],
    checkpoints: {
      snapshots: replacements.snapshots?.(snapshots) ?? snapshots,
      commits: checkpointCommits,
      keepMs: 0,
      onTaken: ({ journal, revision }) =>
        world.tell(machine.name, () => `keeps the state of ${journal} after ${revision}`),
      onProblem: (journal, problem) => world.tell(machine.name, () => `${journal}: ${problem}`),
    },
    unfit: () => undefined,
    openJournal: replacements.openJournal?.(open) ?? open,
    bury: async () => {},
    intake: { queue: NO_INTAKE, attempts: 1 },
    log,
    run,
    freshId: () => `${run}-r${++ids}`,
    policies: () => {
      feed ??= followPolicies({
        stream: replacements.policyStream?.(stream) ?? stream,
        clock,
        onBroken: (journal) => log.error(`${journal} does not fit together`),
        onFault: () => {},
      }).then((own) => replacements.policyFeed?.(own) ?? own);
      return feed;
    },
    close: () => membership.leave(),
  };
};

const owningAll = (membership: Membership): Membership => ({
  ...membership,
  owner: () => membership.incarnation(),
  owns: () => true,
});

/** The services reach the store through their journals and feeds alone. */
const NO_CONNECTION = undefined as unknown as StoreConnection;

/** Not yet simulated: every client waits. */
const NO_INTAKE: IntakeQueue = {
  take: () => ({ stop: async () => {} }),
  backlog: async () => [],
};
