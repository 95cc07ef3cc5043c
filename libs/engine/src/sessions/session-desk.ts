import {
  type JournalName,
  journalName,
  parseSignal,
  partitionOf,
  type Rejection,
  type SessionEvent,
  type SignalEnvelope,
  sessionPartitionKey,
} from '@edict/contracts';
import {
  createSessionsDecider,
  refusedAnswer,
  type SessionCommand,
  type SessionFacts,
  type SessionsState,
  type SignalCommand,
} from '@edict/core';
import type {
  Checkpointing,
  Clock,
  Decider,
  Host,
  HostLimits,
  OpenJournal,
  Submission,
  Unfit,
} from '@edict/journal';
import type { RespondText, SendInternal } from '../internal.ts';
import { type HostListeners, loadHost } from '../load-host.ts';
import { createPartitionedHosts } from '../partitioned-hosts.ts';
import type { PolicyDirectory } from '../policies/policy-directory.ts';
import { createClosings } from './closings.ts';

export type SessionHost = Host<SessionCommand, SessionEvent, SessionsState, SessionFacts>;

export type SessionDecider = Decider<SessionCommand, SessionEvent, SessionsState, SessionFacts>;

export interface SessionDeskOptions {
  readonly partitions: number;
  readonly openJournal: OpenJournal;
  /** The rules of a journal: Edict's own unless told otherwise, as a test of tests does. */
  readonly deciderOf?: (journal: JournalName) => SessionDecider;
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

/** A signal, checked as far as its shape goes. */
export interface SignalMessage {
  readonly ws: string;
  readonly envelope: SignalEnvelope;
  /** The identity that the address binds; absent for a caller that speaks for others. */
  readonly as?: string;
}

/** Takes signals into decision sessions, on whichever partitions it is asked for. */
export interface SessionDesk {
  partitionOf(ws: string, sessionId: string): number;
  /** Judges a signal; `deadline` is on the clock's monotonic scale. */
  signal(message: SignalMessage, deadline: number, respond: RespondText): void;
  /** Starts or ends the session of an escalation, for whoever owns its verdict. */
  internal(partition: number, ws: string, command: SessionCommand, respond: RespondText): void;
  /** Loads the partitions that are one's own, so that their deadlines pass without traffic; tells of each that is. */
  own(partitions: readonly number[], loaded?: (partition: number) => void): Promise<void>;
  /** The host of a partition, loaded. */
  host(partition: number): Promise<SessionHost>;
  /** The hosts that are loaded. */
  hosts(): readonly SessionHost[];
  drain(): Promise<void>;
}

/** Reads a signal; the refusal is an acknowledgement as the contract (§5) has it. */
export const readSignal = (bytes: Uint8Array, ws: string, as: string | undefined) => {
  const parsed = parseSignal(bytes);
  if (!parsed.ok) return parsed;
  const message: SignalMessage = { ws, envelope: parsed.value, ...(as !== undefined && { as }) };
  return { ok: true as const, value: message };
};

/** The acknowledgement of a signal that could not even be read. */
export const signalErrorText = (rejection: Rejection): string =>
  JSON.stringify(refusedAnswer({ message_id: '', session_id: '' }, rejection));

export const createSessionDesk = (options: SessionDeskOptions): SessionDesk => {
  const { partitions, clock, fresh } = options;
  const closings = createClosings(options);
  const hosts = createPartitionedHosts<SessionHost>({
    partitions,
    clock,
    load: (partition, onLeftBehind) =>
      loadSessionHost(partition, options, { onLive: closings.onEvents, onLeftBehind }),
    onOwned: closings.resume,
  });
  const partitionOfSession: SessionDesk['partitionOf'] = (ws, id) =>
    partitionOf(sessionPartitionKey(ws, id), partitions);

  const submit = (partition: number, submission: Submission<SessionCommand>, respond: RespondText): void => {
    const refuse = (rejection: Rejection): void =>
      respond(acknowledgement(submission.command, rejection), rejection);
    const judge = (host: SessionHost): void =>
      host.submit(submission, (answer) => {
        if (answer.ok) respond(answer.reply, rejectionIn(answer.event));
        else refuse(answer.rejection);
      });
    hosts.use(partition, judge, () => refuse(OUT_OF_REACH));
  };

  return {
    partitionOf: partitionOfSession,
    signal: ({ ws, envelope, as }, deadline, respond) => {
      const command: SessionCommand = { kind: 'signal', envelope, ...(as !== undefined && { as }) };
      if (envelope.message_type === 'SessionStart' && !fresh(ws))
        respond(acknowledgement(command, STALE), STALE);
      else submit(partitionOfSession(ws, envelope.session_id), { command, ws, deadline }, respond);
    },
    internal: (partition, ws, command, respond) => submit(partition, { command, ws }, respond),
    own: hosts.own,
    host: hosts.open,
    hosts: hosts.all,
    drain: async () => {
      closings.stop();
      await hosts.drain();
    },
  };
};

const STALE: Rejection = {
  code: 'POLICY_STALE',
  message: 'the policies here may be out of date, so no session is started; send it again in a moment',
};
const OUT_OF_REACH: Rejection = {
  code: 'UNAVAILABLE',
  message: 'the session journal cannot be read now; send it again with the same message_id',
};

const acknowledgement = (command: SessionCommand, rejection: Rejection): string => {
  const about =
    command.kind === 'signal'
      ? { message_id: command.envelope.message_id, session_id: command.envelope.session_id }
      : { message_id: '', session_id: command.session_id };
  return JSON.stringify(refusedAnswer(about, rejection));
};

/** Some refusals are recorded, so they come as an answer; who asked is told like of any refusal. */
const rejectionIn = (event: SessionEvent | undefined): Rejection | undefined => {
  if (event?.type === 'commitment.refused') {
    return { code: 'POLICY_DENIED', message: 'the policy of the session refuses this commitment' };
  }
  return event?.type === 'session.expired'
    ? { code: 'SESSION_NOT_OPEN', message: 'the deadline of the session has passed' }
    : undefined;
};

const loadSessionHost = async (
  partition: number,
  options: SessionDeskOptions,
  { onLive, onLeftBehind }: HostListeners<SessionEvent>,
): Promise<SessionHost> => {
  const { openJournal, deciderOf = createSessionsDecider, clock, incarnation, limits } = options;
  const { directory, fresh, unfit, checkpoints, onBroken, onFault } = options;
  const journal = await openJournal(journalName('sessions', partition));
  return loadHost<SessionCommand, SessionEvent, SessionsState, SessionFacts>(
    {
      journal,
      decider: deciderOf(journal.name),
      clock,
      incarnation,
      facts: (command, ws) =>
        isStart(command) && !fresh(ws)
          ? { ok: false, rejection: STALE }
          : { ok: true, facts: factsOf(command, ws, directory) },
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

const isStart = (command: SessionCommand): command is SignalCommand =>
  command.kind === 'signal' && command.envelope.message_type === 'SessionStart';

const factsOf = (command: SessionCommand, ws: string, directory: PolicyDirectory): SessionFacts => {
  if (!isStart(command)) return undefined;
  const id = command.envelope.payload['policy_version'];
  const descriptor = typeof id === 'string' ? directory.decisionPolicy(ws, id)?.document : undefined;
  return descriptor === undefined ? undefined : { descriptor };
};
