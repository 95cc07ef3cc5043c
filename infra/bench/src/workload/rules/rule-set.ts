import type { DecisionRequest } from '@edict/contracts';

/** A set of rules of one kind, and requests of which a part is allowed, a part blocked, and a part matched by nothing. */
export interface RuleSet {
  readonly name: string;
  readonly documents: (rules: number) => readonly object[];
  /** The nth request, and what it must get under so many rules. */
  readonly request: (
    number: number,
    rules: number,
  ) => { readonly request: DecisionRequest; readonly effect: string };
}

/** As many patterns as fit into one document with room to spare. */
const PER_DOCUMENT = 5_000;

interface Question {
  readonly action: string;
  readonly id: string;
  readonly type: string;
}

export const ask = (
  { action, type, id }: Question,
  extra: Partial<DecisionRequest> = {},
): DecisionRequest => ({
  request_id: 'r',
  subject: { type: 'agent', id: 'agent-1', properties: { team: 'payments' } },
  action: { name: action },
  resource: { type, id, properties: { region: 'eu-central' } },
  context: { protocol: 'https', cost: 0.01 },
  ...extra,
});

export const list = (count: number, entry: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => entry(index));

export const chunks = <T>(entries: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(entries.length / PER_DOCUMENT) }, (_, index) =>
    entries.slice(index * PER_DOCUMENT, (index + 1) * PER_DOCUMENT),
  );

export const document = (kind: string, id: string, rules: unknown): object => ({
  policy_id: `${kind}.${id}`,
  kind,
  schema_version: 1,
  description: 'Rules of the bench',
  rules,
});
