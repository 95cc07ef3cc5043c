import { BOUNDS, checkDecisionRequest, type DecisionRequest, parseJsonText } from '@edict/contracts';
import { badInput, refusal } from '../stop.ts';
import { assertJson } from './json-text.ts';

/** The flags of `decide` that make a request without a file. */
export interface RequestFlags {
  readonly as?: string;
  readonly type?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly requestId?: string;
  readonly atLeastRevision?: number;
}

/** A request from a file's value or from flags, checked as the service would. Throws a Stop (exit 2). */
export const requestFrom = (value: unknown, flags: RequestFlags): DecisionRequest => {
  const checked = checkDecisionRequest(value === undefined ? fromFlags(flags) : withFlags(value, flags));
  if (!checked.ok) throw refusal(checked.rejection);
  const bytes = Buffer.byteLength(JSON.stringify(checked.value));
  if (bytes > BOUNDS.requestBytes) {
    throw badInput(`the request has ${bytes} bytes; at most ${BOUNDS.requestBytes} are allowed`);
  }
  return checked.value;
};

const fromFlags = (flags: RequestFlags): unknown => {
  const missing = (['as', 'action', 'resource'] as const).filter((name) => flags[name] === undefined);
  if (missing.length > 0) {
    throw badInput(`a request needs ${missing.map((name) => `--${name}`).join(', ')}`, [
      'edict decide --as analyst --action tool.invoke --resource tool:mail.send',
      'edict decide request.json',
    ]);
  }
  const subject = {
    type: flags.type ?? 'agent',
    id: flags.as,
    ...(flags.properties && { properties: flags.properties }),
  };
  return withFlags(
    {
      subject,
      action: { name: flags.action },
      resource: resourceFrom(flags.resource ?? ''),
      ...(flags.context && { context: flags.context }),
    },
    flags,
  );
};

const withFlags = (value: unknown, { requestId, atLeastRevision }: RequestFlags): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? {
        ...value,
        ...(requestId !== undefined && { request_id: requestId }),
        ...(atLeastRevision !== undefined && { at_least_revision: atLeastRevision }),
      }
    : value;

/** `tool:github:create_issue` is type `tool`, id `github:create_issue`: the first colon parts them. */
export const resourceFrom = (word: string): { type: string; id: string } => {
  const colon = word.indexOf(':');
  if (colon <= 0 || colon === word.length - 1) {
    throw badInput(`--resource is ${word}; write TYPE:ID, for example tool:mail.send or key:users/7/email`);
  }
  return { type: word.slice(0, colon), id: word.slice(colon + 1) };
};

/** A flag that takes a JSON object. */
export const parseObjectFlag =
  (flag: string) =>
  (word: string): Readonly<Record<string, unknown>> => {
    const parsed = parseJsonText(word);
    if (parsed.ok) assertJson(flag, word);
    if (!parsed.ok) throw badInput(`${flag}: ${parsed.rejection.message}`);
    if (typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value)) {
      throw badInput(`${flag} is ${word}; it must be a JSON object, for example '{"cost": 5}'`);
    }
    return parsed.value as Readonly<Record<string, unknown>>;
  };
