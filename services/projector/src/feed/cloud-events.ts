import { encodeToken, isoTime, type JournalName, splitJournal } from '@edict/contracts';
import type { AskedFor, FeedEntry, FeedEvent, NamedText } from './feed-commit.ts';

/** Where the events of a journal come from. A source is a URI reference, which a workspace's name need not be. */
export const sourceOf = (journal: JournalName): string => {
  const { kind, key } = splitJournal(journal);
  return `edict/${kind}.${encodeToken(key)}`;
};

/**
 * An event of a journal as the public feed has it (contract §7): the JSON text of a `CloudEvent`.
 * Put together from texts, since nearly all of it is the event's own, which need not be read to be passed on.
 */
export const cloudEventText = (
  { at, ws, command }: FeedEntry,
  { type, data = 'null' }: FeedEvent,
  { id, source }: { readonly id: string; readonly source: string },
): string => {
  const asked = command?.kind === 'decide' ? command.request : undefined;
  const issued = type === 'verdict.issued' ? asked : undefined;
  const subject = issued === undefined ? subjectText(data, asked) : principalText(issued);
  const about = subject === undefined ? '' : `,"subject":${subject}`;
  const whole = issued === undefined ? data : withNames(data, issued);
  return `{"specversion":"1.0","id":${JSON.stringify(id)},"source":"${source}","type":"${type}","time":"${isoTime(at)}"${about},"datacontenttype":"application/json","workspace":${JSON.stringify(ws)},"data":${whole}}`;
};

const MEMBERS = /^\{\s*"/;

/** A verdict says nothing of what was asked, so its event does; only names, because properties and context may hold data. */
const withNames = (verdict: string, { subject, action, resource }: AskedFor): string =>
  MEMBERS.test(verdict)
    ? `${verdict.slice(0, -1)},"subject":${namedText(subject)},"action":{"name":${action?.name ?? null}},"resource":${namedText(resource)}}`
    : verdict;

const namedText = (named: NamedText | undefined): string =>
  `{"type":${named?.type ?? null},"id":${named?.id ?? null}}`;

/** The principal, else the policy, else the session that an event is about. */
const subjectText = (data: string, asked: AskedFor | undefined): string | undefined => {
  const { subject, policy_id, session_id } = (JSON.parse(data) ?? {}) as {
    subject?: { readonly type: string; readonly id: unknown };
    policy_id?: unknown;
    session_id?: unknown;
  };
  if (typeof subject?.id === 'string') return JSON.stringify(`${subject.type}:${subject.id}`);
  if (asked !== undefined) return principalText(asked);
  const about = [policy_id, session_id].find((id) => typeof id === 'string' && id !== '');
  return about === undefined ? undefined : JSON.stringify(about);
};

/** `<type>:<id>` as one text, made of two. */
const principalText = ({ subject }: AskedFor): string | undefined =>
  subject?.type?.endsWith('"') && subject.id?.startsWith('"')
    ? `${subject.type.slice(0, -1)}:${subject.id.slice(1)}`
    : undefined;
