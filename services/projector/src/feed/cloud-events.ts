import {
  type CloudEvent,
  type Entry,
  encodeToken,
  isoTime,
  type JournalEvent,
  type JournalName,
  placeText,
  type Receipt,
  type SessionStarted,
  splitJournal,
  type Verdict,
  type VerdictClosed,
} from '@edict/contracts';

/** An event of a journal as the public feed has it (contract §7). */
export const cloudEvent = (entry: Entry, { type, data }: JournalEvent, receipt: Receipt): CloudEvent => {
  const request = requestOf(entry.command);
  const subject = subjectOf(data, request);
  return {
    specversion: '1.0',
    id: placeText(receipt),
    source: sourceOf(receipt.journal),
    type,
    time: isoTime(entry.at),
    ...(subject !== undefined && { subject }),
    datacontenttype: 'application/json',
    workspace: entry.ws,
    data: shown(type, data, request),
  };
};

/** A source is a URI reference, which a workspace's name need not be. */
const sourceOf = (journal: JournalName): string => {
  const { kind, key } = splitJournal(journal);
  return `edict/${kind}.${encodeToken(key)}`;
};

interface Named {
  readonly type: string;
  readonly id: string;
}

interface Request {
  readonly subject: Named;
  readonly action: { readonly name: string };
  readonly resource: Named;
}

const requestOf = (command: unknown): Request | undefined => {
  const { kind, request } = (command ?? {}) as { kind?: unknown; request?: Request };
  return kind === 'decide' ? request : undefined;
};

/** An event as it may be public: of what was asked only names, because properties and context may hold data. */
const shown = (type: string, data: unknown, asked: Request | undefined): unknown => {
  switch (type) {
    case 'verdict.issued':
      return asked === undefined ? data : { ...(data as Verdict), ...namesOf(asked) };
    case 'verdict.closed': {
      const { request, claims_trusted, fingerprint, ...closed } = data as VerdictClosed;
      return { ...closed, ...(request !== undefined && namesOf(request)) };
    }
    case 'session.started': {
      const started = data as SessionStarted;
      return started.request === undefined ? started : { ...started, proposal: optionOf(started) };
    }
    default:
      return data;
  }
};

const namesOf = ({ subject, action, resource }: Request) => ({
  subject: nameOf(subject),
  action: { name: action.name },
  resource: nameOf(resource),
});

const optionOf = ({ proposal }: SessionStarted) =>
  proposal && { proposal_id: proposal.proposal_id, option: proposal.option };

const nameOf = ({ type, id }: Named): Named => ({ type, id });

/** The principal, else the session, else the policy that an event is about. */
const subjectOf = (data: unknown, request: Request | undefined): string | undefined => {
  const { subject, policy_id, session_id } = (data ?? {}) as {
    subject?: Named;
    policy_id?: unknown;
    session_id?: unknown;
  };
  const principal = subject ?? request?.subject;
  if (typeof principal?.id === 'string') return `${principal.type}:${principal.id}`;
  return [session_id, policy_id].find((id): id is string => typeof id === 'string' && id !== '');
};
