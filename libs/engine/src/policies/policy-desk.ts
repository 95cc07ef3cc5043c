import {
  errorBody,
  isFault,
  journalName,
  type PolicyCommand,
  type PolicyEvent,
  type Rejection,
} from '@edict/contracts';
import { type PolicyState, policiesDecider, preparePolicyCommand } from '@edict/core';
import {
  type Answer,
  type Clock,
  type CommittedEvent,
  createHost,
  type Decider,
  type Host,
  type OpenJournal,
  type Unfit,
} from '@edict/journal';
import { createHosts } from '../hosts.ts';
import { type AuthorisePolicyWrite, authorised } from './authorise-write.ts';

/** A policy command as it came in, parsed but not checked. */
export interface PolicyMessage {
  readonly ws: string;
  readonly body: unknown;
  /** The identity that the address binds; absent for a caller that speaks for others. */
  readonly as?: string;
  /** The id that the transport gives the message; one in the body comes first. */
  readonly request_id?: string;
  /** On the clock's monotonic scale; a command that is not decided by then is answered `DEADLINE`. */
  readonly deadline?: number;
}

/** The reply, and the refusal that it carries, if it does. */
export interface PolicyReply {
  /** JSON text. */
  readonly text: string;
  readonly rejection?: Rejection;
}

export type PolicyDecider = Decider<PolicyCommand, PolicyEvent, PolicyState, undefined>;

export interface PolicyDeskOptions {
  readonly openJournal: OpenJournal;
  /** The rules of the journals: Edict's own unless told otherwise, as a test of tests does. */
  readonly decider?: PolicyDecider;
  readonly clock: Clock;
  /** Names this run of this process. */
  readonly incarnation: string;
  readonly authorise: AuthorisePolicyWrite;
  /** Why nothing may be decided now; absent: always fit to decide. */
  readonly unfit?: Unfit;
  /** Told of every stored event of a workspace whose journal is open here, in order. */
  readonly onEvents?: (ws: string, events: readonly CommittedEvent<PolicyEvent>[]) => void;
  /** Told when a workspace's journal cannot be continued. */
  readonly onBroken?: (ws: string, error: unknown) => void;
  /** Told now and then why a command of a workspace could not be decided, or its journal not be reached. */
  readonly onFault?: (ws: string, error: unknown) => void;
}

/** Takes policy commands and answers them from the workspace's own journal. */
export interface PolicyDesk {
  handle(message: PolicyMessage): Promise<PolicyReply>;
  /** Opens the journal of a workspace, which stays open as soon as it holds something. Throws its Fault when it cannot be read. */
  open(ws: string): Promise<void>;
  /** The hosts of the workspaces whose journals are open here. */
  hosts(): readonly PolicyHost[];
  /** Takes nothing more and finishes what was taken. */
  drain(): Promise<void>;
}

export type PolicyHost = Host<PolicyCommand, PolicyEvent, PolicyState, undefined>;

export const createPolicyDesk = (options: PolicyDeskOptions): PolicyDesk => {
  const hosts = createHosts((ws: string) => openHost(ws, options));
  const inUse = new Map<string, number>();

  const release = (ws: string): void => {
    const left = (inUse.get(ws) ?? 1) - 1;
    if (left > 0) inUse.set(ws, left);
    else inUse.delete(ws);
    const host = hosts.get(ws);
    if (left > 0 || host === undefined || !isBlank(host)) return;
    hosts.drop(ws);
    void host.drain();
  };
  const using = async <T>(ws: string, use: (host: PolicyHost) => T | Promise<T>): Promise<T> => {
    inUse.set(ws, (inUse.get(ws) ?? 0) + 1);
    try {
      return await use(await hosts.open(ws));
    } finally {
      release(ws);
    }
  };

  const handle = async (message: PolicyMessage): Promise<PolicyReply> => {
    const prepared = preparePolicyCommand(withRequestId(message));
    if (!prepared.ok) return policyRefusal(prepared.rejection);
    const command = await authorised(prepared.value, message, options.authorise);
    if (!command.ok) return policyRefusal(command.rejection);
    try {
      return replyOf(await using(message.ws, (host) => submit(host, command.value, message)));
    } catch (error) {
      return policyRefusal(unreadable(message.ws, error));
    }
  };

  return {
    handle,
    open: (ws) => using(ws, () => undefined),
    hosts: () => hosts.all(),
    drain: hosts.drain,
  };
};

/**
 * Whether nobody would miss a host: its journal is empty, and no append is on its way that may not be. Workspaces are
 * asked about by whatever name somebody sends, so a host for each would be kept for ever.
 */
const isBlank = (host: PolicyHost): boolean => {
  const { status, revision, queued } = host.status();
  return status === 'ready' && revision === 0 && queued === 0;
};

const openHost = async (ws: string, options: PolicyDeskOptions): Promise<PolicyHost> => {
  const { decider = policiesDecider, onEvents, onBroken, onFault, clock, incarnation, unfit } = options;
  const host = createHost<PolicyCommand, PolicyEvent, PolicyState, undefined>({
    journal: await options.openJournal(journalName('policies', ws)),
    decider,
    clock,
    incarnation,
    facts: () => ({ ok: true, facts: undefined }),
    ...(unfit !== undefined && { unfit }),
    ...(onEvents === undefined ? {} : { onEvents: (events) => onEvents(ws, events) }),
    ...(onBroken === undefined ? {} : { onBroken: (error) => onBroken(ws, error) }),
    ...(onFault === undefined ? {} : { onFault: (error) => onFault(ws, error) }),
  });
  await host.load();
  return host;
};

const withRequestId = ({ body, request_id }: PolicyMessage): unknown =>
  request_id === undefined || typeof body !== 'object' || body === null || 'request_id' in body
    ? body
    : { ...body, request_id };

const submit = (
  host: PolicyHost,
  command: PolicyCommand,
  { ws, deadline }: PolicyMessage,
): Promise<Answer<PolicyEvent>> =>
  new Promise((resolve) =>
    host.submit(deadline === undefined ? { command, ws } : { command, ws, deadline }, resolve),
  );

const replyOf = (answer: Answer<PolicyEvent>): PolicyReply =>
  answer.ok ? { text: answer.reply } : policyRefusal(answer.rejection);

/** The reply that carries a refusal: `{ "error": … }` with every problem at once (contract §4). */
export const policyRefusal = (rejection: Rejection): PolicyReply => {
  const { code, message, path = '' } = rejection;
  const problems = rejection.problems ?? [{ code, path, message }];
  return { text: JSON.stringify({ error: { ...errorBody(rejection), problems } }), rejection };
};

const unreadable = (ws: string, error: unknown): Rejection =>
  isFault(error, 'JOURNAL_BROKEN') || isFault(error, 'JOURNAL_TRUNCATED')
    ? { code: error.code as Rejection['code'], message: error.message }
    : {
        code: 'UNAVAILABLE',
        message: `the policy journal of workspace ${ws} is out of reach; send it again`,
      };
