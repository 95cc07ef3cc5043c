import {
  type CloseCommand,
  journalName,
  type Rejection,
  type VerdictCommand,
  type VerdictEvent,
} from '@edict/contracts';
import { type VerdictFacts, type VerdictState, verdictsDecider } from '@edict/core';
import type {
  Answer,
  Checkpointing,
  Clock,
  Decider,
  FactsOf,
  Host,
  HostLimits,
  OpenJournal,
  Unfit,
} from '@edict/journal';
import type { RespondText, SendInternal } from '../internal.ts';
import { type HostListeners, loadHost } from '../load-host.ts';
import { createPartitionedHosts } from '../partitioned-hosts.ts';
import type { PolicyDirectory } from '../policies/policy-directory.ts';
import { errorText } from '../reply-text.ts';
import { decisionFlow, notReached, STALE } from './decision-flow.ts';
import { createEscalations } from './escalations.ts';
import { outcomeReply, prepareOutcome } from './outcomes.ts';
import { type DecisionMessage, type OutcomeMessage, verdictPartition } from './read-decision.ts';

export type VerdictHost = Host<VerdictCommand, VerdictEvent, VerdictState, VerdictFacts>;

export type VerdictDecider = Decider<VerdictCommand, VerdictEvent, VerdictState, VerdictFacts>;

export interface VerdictDeskOptions {
  readonly partitions: number;
  readonly openJournal: OpenJournal;
  /** The rules of the journals: Edict's own unless told otherwise, as a test of tests does. */
  readonly decider?: VerdictDecider;
  readonly clock: Clock;
  /** Names this run of this process. */
  readonly incarnation: string;
  readonly directory: PolicyDirectory;
  /** Whether a workspace's policies are known to be as new as their journal was less than 5 s ago. */
  readonly fresh: (ws: string) => boolean;
  readonly sendInternal: SendInternal;
  readonly limits?: Partial<HostLimits>;
  /** Why nothing may be decided now; absent: always fit to decide. */
  readonly unfit?: Unfit;
  /** Where and how often states are kept; absent: journals are always read from their first commits. */
  readonly checkpoints?: Checkpointing;
  /** Told when a journal cannot be continued. */
  readonly onBroken?: (journal: string, error: unknown) => void;
  /** Told now and then why a command could not be decided, or a journal not be reached. */
  readonly onFault?: (journal: string, error: unknown) => void;
}

/** Decides requests and settles their outcomes, on whichever partitions it is asked for. */
export interface VerdictDesk {
  partitionOf(ws: string, subject: { readonly type: string; readonly id: string }): number;
  /** Decides a request; `deadline` is on the clock's monotonic scale. */
  decide(message: DecisionMessage, deadline: number, respond: RespondText): void;
  outcome(message: OutcomeMessage, deadline: number, respond: RespondText): void;
  /** Closes a verdict that waits for a session, for whoever owns that session. */
  close(partition: number, ws: string, command: CloseCommand, respond: RespondText): void;
  /** Loads the partitions that are one's own, so that their deadlines pass without traffic; tells of each that is. */
  own(partitions: readonly number[], loaded?: (partition: number) => void): Promise<void>;
  /** The host of a partition, loaded. */
  host(partition: number): Promise<VerdictHost>;
  /** The hosts that are loaded. */
  hosts(): readonly VerdictHost[];
  drain(): Promise<void>;
}

export const createVerdictDesk = (options: VerdictDeskOptions): VerdictDesk => {
  const { directory, clock, partitions } = options;
  const escalations = createEscalations(options);
  const hosts = createPartitionedHosts<VerdictHost>({
    partitions,
    clock,
    load: (partition, onLeftBehind) =>
      loadVerdictHost(partition, options, { onLive: escalations.onEvents, onLeftBehind }),
    onOwned: escalations.resume,
  });
  const partitionOf: VerdictDesk['partitionOf'] = (ws, subject) => verdictPartition(ws, subject, partitions);
  const decideOn = decisionFlow(options, escalations);
  const unreadable = (respond: RespondText, requestId?: string) => (): void =>
    respond(errorText(OUT_OF_REACH, requestId), OUT_OF_REACH);

  return {
    partitionOf,
    decide: (message, deadline, respond) => {
      const { subject, request_id } = message.request;
      const judge = (host: VerdictHost): void => decideOn(host, message, deadline, respond);
      hosts.use(partitionOf(message.ws, subject), judge, unreadable(respond, request_id));
    },
    outcome: ({ ws, report }, deadline, respond) => {
      const failed = unreadable(respond, report.request_id);
      const settle = async (host: VerdictHost): Promise<void> => {
        const command = await prepareOutcome(host, ws, report, deadline);
        host.submit({ command, ws, deadline }, (answer) => {
          if (answer.ok) respond(outcomeReply(answer, command, ws, directory));
          else respondAnswer(answer, respond, report.request_id);
        });
      };
      hosts.use(partitionOf(ws, report.subject), (host) => void settle(host).catch(failed), failed);
    },
    close: (partition, ws, command, respond) => {
      const submit = (host: VerdictHost): void =>
        host.submit({ command, ws }, (answer) => respondAnswer(answer, respond));
      hosts.use(partition, submit, unreadable(respond));
    },
    own: hosts.own,
    host: hosts.open,
    hosts: hosts.all,
    drain: async () => {
      escalations.stop();
      await hosts.drain();
    },
  };
};

const OUT_OF_REACH: Rejection = {
  code: 'UNAVAILABLE',
  message: 'the verdict journal cannot be read now; send it again with the same id',
};

const respondAnswer = (answer: Answer<VerdictEvent>, respond: RespondText, requestId?: string): void => {
  if (answer.ok) respond(answer.reply);
  else respond(errorText(answer.rejection, requestId), answer.rejection);
};

const loadVerdictHost = async (
  partition: number,
  options: VerdictDeskOptions,
  { onLive, onLeftBehind }: HostListeners<VerdictEvent>,
): Promise<VerdictHost> => {
  const {
    openJournal,
    decider = verdictsDecider,
    clock,
    incarnation,
    limits,
    unfit,
    checkpoints,
    onBroken,
    onFault,
  } = options;
  const journal = await openJournal(journalName('verdicts', partition));
  return loadHost<VerdictCommand, VerdictEvent, VerdictState, VerdictFacts>(
    {
      journal,
      decider,
      clock,
      incarnation,
      facts: (command, ws, state) => factsOf(options, command, ws, state),
      ...(limits !== undefined && { limits }),
      ...(unfit !== undefined && { unfit }),
      ...(checkpoints !== undefined && { checkpoints }),
      onBroken: (error) => onBroken?.(journal.name, error),
      onFault: (error) => onFault?.(journal.name, error),
      onLeftBehind,
    },
    onLive,
  );
};

/**
 * The policies at the moment of deciding. What they let through needs them fresh, as new as the request demands, and
 * never older than the journal has cited: a new owner may not have read that far yet.
 */
const factsOf = (
  { directory, fresh }: VerdictDeskOptions,
  command: VerdictCommand,
  ws: string,
  state: VerdictState,
): FactsOf<VerdictFacts> => {
  const set = directory.current(ws);
  if (restsOnPolicies(command)) {
    if (!fresh(ws) || set.revision < (state.setRevisions.get(ws) ?? 0))
      return { ok: false, rejection: STALE };
    const wanted = command.kind === 'decide' ? (command.request.at_least_revision ?? 0) : 0;
    if (set.revision < wanted) return { ok: false, rejection: notReached(ws, wanted, set.revision) };
  }
  return { ok: true, facts: { set, setAt: (revision) => directory.at(ws, revision) } };
};

/** An expiry, a negative end or a settlement stays possible without policies: it lets nothing through. */
const restsOnPolicies = (command: VerdictCommand): boolean => {
  switch (command.kind) {
    case 'decide':
      return true;
    case 'close':
      return command.outcome === 'positive';
    case 'outcome':
      return command.value !== undefined;
    case 'expire':
      return false;
  }
};
