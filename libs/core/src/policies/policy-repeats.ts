import type { PolicyCommand, PolicyEvent, PolicyWrite, Rejection } from '@edict/contracts';
import { canonicalText } from './canonical-text.ts';
import { prepareDocument } from './document-hash.ts';
import { ANONYMOUS } from './policy-decision.ts';

const READS: ReadonlySet<string> = new Set(['get', 'list', 'history', 'diff']);

/** Whether a command changes something. */
export const isPolicyWrite = (command: PolicyCommand): command is PolicyWrite => !READS.has(command.op);

/** The key under which a change is known: per workspace and actor; a question has none. */
export const policyCommandKey = (command: PolicyCommand, ws: string): string | undefined =>
  isPolicyWrite(command) && command.request_id !== undefined
    ? `${ws}\u0000${command.actor ?? ANONYMOUS}\u0000${command.request_id}`
    : undefined;

/** A command as its commit holds it: a document stands in its event already, so only its hash is repeated. */
export const storedCommand = (command: PolicyCommand): object => {
  if (command.op !== 'save') return command;
  if ('document_hash' in command) return command;
  const { document, ...rest } = command;
  const prepared = prepareDocument(document);
  return { ...rest, document_hash: prepared.ok ? prepared.value.hash : null };
};

/** Undoes {@link storedCommand} with the help of the events that the command was recorded with: to decide it again. */
export const restoredCommand = (stored: PolicyCommand, events: readonly PolicyEvent[]): PolicyCommand => {
  const [event] = events;
  if (stored.op !== 'save' || event?.type !== 'policy.saved') return stored;
  const { document_hash: _, ...rest } = stored as typeof stored & { readonly document_hash?: unknown };
  return { ...rest, document: { ...event.data.document } };
};

/** The refusal of a command whose request id was used for another one. */
export const reusedId = (command: PolicyCommand, earlier: PolicyCommand): Rejection | undefined =>
  sameness(command) === sameness(earlier)
    ? undefined
    : {
        code: 'REQUEST_ID_REUSED',
        message: `request_id ${requestId(command)} was used for another ${earlier.op} command; give each change an id of its own`,
        path: '/request_id',
      };

/** Which verdict let the caller do it is not part of what makes two commands the same. */
const sameness = (command: PolicyCommand): string =>
  canonicalText({ ...storedCommand(command), authorised_by: undefined });

const requestId = (command: PolicyCommand): string => command.request_id ?? '';
