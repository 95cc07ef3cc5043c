import { type DecisionRequest, utf8Bytes } from '@edict/contracts';
import { documentHash } from '../../policies/document-hash.ts';
import type { KeyPart, LimitRule } from './limit-rule.ts';

const MAX_VALUE_BYTES = 256;

/** The name of the key that every request shares which does not say the value (seeds SO-13). */
const SHARED = 'unknown';

/** Whose limit a request counts against. */
export interface LimitKey {
  /** As a person reads it: `agent:analyst`, or `agent:analyst,context.region:eu`. */
  readonly text: string;
  /** The first key part that the request does not say. */
  readonly missing: string | undefined;
}

/** The key of a limit for one request; injective per rule, and short whatever the request says. */
export const limitKeyOf = (
  { key }: LimitRule,
  request: DecisionRequest,
  ws: string,
  claimsTrusted: boolean,
): LimitKey => {
  let text = '';
  let missing: string | undefined;
  for (const part of key) {
    const word = keyWord(part, request);
    const value = keyValue(part, request, ws, claimsTrusted);
    if (value === undefined) missing ??= word;
    text += `${text === '' ? '' : ','}${word}:${escaped(bounded(value ?? SHARED))}`;
  }
  return { text, missing };
};

/** A subject of another type than `agent` is another principal, so its type stands in front. */
const keyWord = (part: KeyPart, { subject }: DecisionRequest): string => {
  switch (part.kind) {
    case 'agent':
      return subject.type === 'agent' ? 'agent' : escaped(subject.type).replaceAll(':', '\\:');
    case 'context':
      return `context.${part.field}`;
    default:
      return part.kind;
  }
};

const keyValue = (
  part: KeyPart,
  request: DecisionRequest,
  ws: string,
  claimsTrusted: boolean,
): string | undefined => {
  switch (part.kind) {
    case 'agent':
      return request.subject.id;
    case 'workspace':
      return ws;
    case 'session':
      return claimsTrusted ? ownText(request.subject.properties, 'session') : undefined;
    case 'context':
      return ownText(request.context, part.field);
  }
};

const ownText = (
  holder: Readonly<Record<string, unknown>> | undefined,
  field: string,
): string | undefined => {
  if (holder === undefined || !Object.hasOwn(holder, field)) return undefined;
  const value = holder[field];
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return undefined;
  }
};

const bounded = (value: string): string =>
  value.length <= MAX_VALUE_BYTES && utf8Bytes(value) <= MAX_VALUE_BYTES ? value : documentHash(value);

/** A backslash before what separates parts; ids without it stay as they are. */
const escaped = (value: string): string =>
  value.includes(',') || value.includes('\\') ? value.replace(/[\\,]/g, (char) => `\\${char}`) : value;
