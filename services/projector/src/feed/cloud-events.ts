import {
  type CloudEvent,
  type Entry,
  encodeToken,
  isoTime,
  type JournalEvent,
  type JournalName,
  placeText,
  type Receipt,
  splitJournal,
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
    data: type === 'verdict.issued' && request !== undefined ? withRequest(data, request) : data,
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

/** A verdict says nothing of what was asked, so its event does; only names, because properties and context may hold data. */
const withRequest = (data: unknown, { subject, action, resource }: Request): unknown => ({
  ...(data as object),
  subject: nameOf(subject),
  action: { name: action.name },
  resource: nameOf(resource),
});

const nameOf = ({ type, id }: Named): Named => ({ type, id });

/** The principal, else the policy, else the session that an event is about. */
const subjectOf = (data: unknown, request: Request | undefined): string | undefined => {
  const { subject, policy_id, session_id } = (data ?? {}) as {
    subject?: Named;
    policy_id?: unknown;
    session_id?: unknown;
  };
  const principal = subject ?? request?.subject;
  if (typeof principal?.id === 'string') return `${principal.type}:${principal.id}`;
  return [policy_id, session_id].find((id): id is string => typeof id === 'string' && id !== '');
};
