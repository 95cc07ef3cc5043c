import { BOUNDS, type Commit, type JournalName, journalAt, STREAMS, splitJournal } from '@edict/contracts';
import { createPolicyDirectory, type PolicyDirectory } from '@edict/engine';
import {
  type AnchorCheck,
  type Anchors,
  assertFollows,
  type Clock,
  createAnchorCheck,
  EMPTY_HEAD,
  type Head,
  isBroken,
  type PlacedAnchor,
  parseCommit,
  sha256Text,
} from '@edict/journal';
import { followStream, type StoreConnection, type StreamEnd, streamEnd } from '@edict/nats';
import { createLeaderTrust } from './leader-trust.ts';

/** The policies of every workspace, as they are saved. */
export interface PolicyFeed {
  readonly directory: PolicyDirectory;
  /** Whether a workspace's policies are known to be as new as their journal was less than 5 s ago (architecture §4). */
  fresh(ws: string): boolean;
  /** What is wrong with the policies, in words. */
  problems(): readonly string[];
  /** How many messages of the policy stream are not applied, as of the last look at it. */
  lag(): number;
  stop(): void;
}

/** The stream of all policy journals, as a feed needs it. */
export interface PolicyStream {
  /** Hands over everything from the first commit on, in order, each message once; `caughtUp` once, at its first end. */
  follow(
    onMessage: (subject: string, data: Uint8Array, sequence: number) => void,
    onCaughtUp: () => void,
  ): { stop(): void };
  /** Where it ends, as its leader says. */
  end(timeoutMs: number): Promise<StreamEnd>;
}

/** {@link PolicyStream} on NATS. */
export const natsPolicyStream = (
  store: StoreConnection,
  onFault: PolicyFeedOptions['onFault'],
): PolicyStream => ({
  follow: (onMessage, onCaughtUp) =>
    followStream(store, { stream: STREAMS.policies, onMessage, onCaughtUp, onFault }),
  end: (timeoutMs) => streamEnd(store, STREAMS.policies, timeoutMs),
});

export interface PolicyFeedOptions {
  readonly stream: PolicyStream;
  readonly clock: Clock;
  /** A policy journal that ends below its anchor lets nothing through: what it lost may have been a restriction. */
  readonly anchors?: readonly Anchors[];
  /** Told when a workspace's policy journal does not fit together: nothing is decided there any more. */
  readonly onBroken: (journal: string, error: unknown) => void;
  readonly onFault: (error: unknown) => void;
}

const POLL_MS = 1_000;
const STALE = 'the policies may be out of date: requests are refused with POLICY_STALE';

/** Follows the policy journals; settles when everything that was stored is applied. */
export const followPolicies = async (options: PolicyFeedOptions): Promise<PolicyFeed> => {
  const { stream, clock, onFault } = options;
  const directory = createPolicyDirectory();
  const chains = createChains(directory, options, await policyAnchors(options.anchors ?? []));
  const freshness = createFreshness(clock);
  const caughtUp = Promise.withResolvers<void>();
  const following = stream.follow(
    (subject, data, sequence) => {
      chains.take(subject, data);
      freshness.applied(sequence);
    },
    () => {
      chains.caughtUp();
      caughtUp.resolve();
    },
  );
  let cancel = (): void => {};
  let stopped = false;
  const trust = createLeaderTrust();
  const look = async (): Promise<void> => {
    const sent = clock.monotonic();
    try {
      const end = await stream.end(POLL_MS);
      // Dated by when the leader was certainly the only one: another may have taken a save since.
      if (trust.counts(end, { sent, answered: clock.monotonic() }))
        freshness.seen(end.last, sent - end.certainAgo);
    } catch (error) {
      trust.silence();
      onFault(error);
    }
    if (!stopped) cancel = clock.after(Math.max(0, POLL_MS - (clock.monotonic() - sent)), () => void look());
  };
  await caughtUp.promise;
  await look();
  return {
    directory,
    fresh: (ws) => freshness.fresh() && !chains.broken(ws),
    problems: () => [...(freshness.fresh() ? [] : [STALE]), ...chains.problems()],
    lag: () => freshness.lag(),
    stop: () => {
      stopped = true;
      cancel();
      following.stop();
    },
  };
};

/** The anchors of policy journals in all places, before anything is read: an anchor is never ahead of its journal. */
const policyAnchors = async (places: readonly Anchors[]): Promise<ReadonlyMap<string, AnchorCheck>> => {
  const found = await Promise.all(
    places.map(async ({ place, all }) => (await all()).map((anchor): PlacedAnchor => ({ ...anchor, place }))),
  );
  const policies = found.flat().filter(({ journal }) => splitJournal(journal).kind === 'policies');
  const byWorkspace = Map.groupBy(policies, ({ journal }) => splitJournal(journal).key);
  return new Map([...byWorkspace].map(([ws, anchors]) => [ws, createAnchorCheck(anchors)]));
};

/** Applies each workspace's commits as long as they follow each other; one that does not stops that workspace. */
const createChains = (
  directory: PolicyDirectory,
  { onBroken }: PolicyFeedOptions,
  anchors: ReadonlyMap<string, AnchorCheck>,
) => {
  const heads = new Map<string, Head>();
  const broken = new Map<string, string>();
  const stopAt = (ws: string, journal: JournalName, step: () => void): void => {
    if (broken.has(ws)) return;
    try {
      step();
    } catch (error) {
      if (!isBroken(error)) throw error;
      broken.set(ws, `${journal} was stopped, so nothing is allowed there: ${error}`);
      onBroken(journal, error);
    }
  };
  return {
    take: (subject: string, data: Uint8Array): void => {
      const journal = journalAt(subject);
      if (journal === undefined) return;
      const { key: ws } = splitJournal(journal);
      stopAt(ws, journal, () => {
        const commit: Commit = parseCommit(journal, data);
        assertFollows(commit, heads.get(ws) ?? EMPTY_HEAD);
        anchors.get(ws)?.passes(commit.revision, data);
        directory.apply(ws, commit);
        heads.set(ws, { revision: commit.revision, hash: sha256Text(data) });
      });
    },
    caughtUp: (): void => {
      for (const [ws, check] of anchors) {
        stopAt(ws, `policies.${ws}`, () => check.endsAt((heads.get(ws) ?? EMPTY_HEAD).revision));
      }
    },
    broken: (ws: string): boolean => broken.has(ws),
    problems: (): readonly string[] => [...broken.values()],
  };
};

/** Fresh: a look at the leader's last sequence, certain less than 5 s ago, was not above what is applied. */
const createFreshness = (clock: Clock) => {
  let appliedUpTo = 0;
  let last = 0;
  let freshAsOf = Number.NEGATIVE_INFINITY;
  let looks: { readonly last: number; readonly certain: number }[] = [];
  const settle = (): void => {
    looks = looks.filter((look) => {
      if (look.last > appliedUpTo) return true;
      freshAsOf = Math.max(freshAsOf, look.certain);
      return false;
    });
  };
  return {
    applied: (sequence: number): void => {
      appliedUpTo = sequence;
      if (looks.length > 0) settle();
    },
    seen: (sequence: number, certain: number): void => {
      last = sequence;
      const recent = looks.filter((look) => certain - look.certain < BOUNDS.policyStaleMs);
      looks = [...recent, { last: sequence, certain }];
      settle();
    },
    fresh: (): boolean => clock.monotonic() - freshAsOf < BOUNDS.policyStaleMs,
    lag: (): number => Math.max(0, last - appliedUpTo),
  };
};
