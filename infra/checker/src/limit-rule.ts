import { type LimitEntry, type Measure, parseDuration } from '@edict/contracts';
import type { PolicyBooks } from './policy-history.ts';

/** A limit as its document has it. Amounts are millionths. */
export interface LimitRule {
  readonly form: 'budget' | 'rate';
  readonly limit: number;
  /** How long a window is, or in which time a bucket fills; `undefined` for a lifetime. */
  readonly spanMs: number | undefined;
  /** Whether a request is denied that it has no room for. */
  readonly rejects: boolean;
  readonly stage: 'attempt' | 'admission';
  amountOf(request: { readonly context?: object | undefined }): number;
}

interface WrittenRule {
  readonly id: string;
  readonly measure: Measure;
  readonly budget?: { readonly limit: number; readonly window: string };
  readonly rate?: { readonly limit: number; readonly period: string };
  readonly on_exceeded?: string;
  readonly stage?: 'attempt' | 'admission';
}

/** The limit that an entry is about, as it was written under a set revision; a rate of a guardrail as the entry has it. */
export const limitRule = (
  policies: PolicyBooks,
  ws: string,
  { policy_id, rule, measure, limit, account }: LimitEntry,
  setRevision: number,
): LimitRule | undefined => {
  const policy = policies.at(ws, policy_id, setRevision);
  if (policy === undefined || policy.deleted) return undefined;
  const amountOf = amountIn(measure);
  if (policy.kind !== 'limits') {
    const spanMs = account?.form === 'rate' ? account.period_ms : undefined;
    return { form: 'rate', limit, spanMs, rejects: false, stage: 'attempt', amountOf };
  }
  const written = (policy.document['rules'] as readonly WrittenRule[]).find(({ id }) => id === rule);
  if (written === undefined) return undefined;
  const { budget, rate, on_exceeded: onExceeded = 'reject', stage = 'admission' } = written;
  return {
    form: budget === undefined ? 'rate' : 'budget',
    limit: micro(budget?.limit ?? rate?.limit ?? 0),
    spanMs: parseDuration(budget?.window ?? rate?.period ?? ''),
    rejects: onExceeded === 'reject' && policy.enforcement === 'enforce',
    stage,
    amountOf: amountIn(written.measure),
  };
};

const amountIn =
  (measure: Measure): LimitRule['amountOf'] =>
  ({ context }) =>
    measure === 'requests'
      ? micro(1)
      : micro((context as Partial<Record<Measure, number>> | undefined)?.[measure] ?? 0);

const micro = (amount: number): number => Math.round(amount * 1e6);
