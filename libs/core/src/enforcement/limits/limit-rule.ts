import type { DocumentRef, Enforcement, LimitStage, Measure, OnExceeded } from '@edict/contracts';

/** One part of what shares a limit. */
export type KeyPart =
  | { readonly kind: 'agent' }
  | { readonly kind: 'session' }
  | { readonly kind: 'workspace' }
  | { readonly kind: 'context'; readonly field: string };

/** A limit as it is applied to requests. Amounts are millionths, durations milliseconds. */
export interface LimitRule {
  readonly document: DocumentRef;
  readonly enforcement: Enforcement;
  /** The rule's id in its document. */
  readonly rule: string;
  /** Its place in the document. */
  readonly order: number;
  readonly stage: LimitStage;
  readonly measure: Measure;
  readonly key: readonly KeyPart[];
  readonly form: 'budget' | 'rate';
  readonly limit: number;
  /** The window of a budget (`Infinity` for a lifetime), or the period of a rate. */
  readonly spanMs: number;
  readonly onExceeded: OnExceeded;
  readonly downgradeTo: string | undefined;
  readonly missing: 'shared' | 'deny';
  readonly reserveForMs: number;
  /** Names of the actions that count; `undefined`: every one. */
  readonly actions: readonly string[] | undefined;
}
