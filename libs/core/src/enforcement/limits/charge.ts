import type { HeldAmount, LimitAccount, LimitEntry, Measure } from '@edict/contracts';

/** Which limit: one rule of a document in a workspace. */
export interface LimitRef {
  readonly ws: string;
  readonly policy_id: string;
  readonly rule: string;
}

/** What a limit said when something was charged to it: one object for all accounts under it. */
export interface LimitTerms extends LimitRef {
  readonly measure: Measure;
  /** In millionths. */
  readonly limit: number;
  /** In which time a rate fills; `null` for a budget. */
  readonly period_ms: number | null;
}

/** One account in one window: one object for everything that is charged to it. */
export interface AccountLabel {
  readonly terms: LimitTerms;
  /** Who shares the account, as a person reads it. */
  readonly key: string;
  /** When a budget's account was opened; `null` for a rate. */
  readonly opened: number | null;
  /** When a budget's window ends; `null` for a lifetime, and for a rate. */
  readonly ends: number | null;
}

/** What is held of one account, in millionths, and of the next: a list without an array. */
export interface Charge {
  readonly label: AccountLabel;
  readonly amount: number;
  readonly next: Charge | undefined;
}

/** Whether a charge has to be settled once the work is done: budgets, and rates of what was only estimated. */
export const isSettleable = ({ label }: Charge): boolean =>
  label.opened !== null || label.terms.measure !== 'requests';

/** What happened to a charge, for the journal. */
export const chargeEntry = (
  { label }: Charge,
  amount: number,
  account: LimitAccount | null,
): LimitEntry & { account: LimitAccount | null } => {
  const { policy_id, rule, measure, limit } = label.terms;
  return { policy_id, rule, key: label.key, measure, limit, amount, account };
};

/** The charges of a list as the journal tells of them. */
export const heldAmounts = (first: Charge | undefined): HeldAmount[] => {
  const held: HeldAmount[] = [];
  for (let charge = first; charge !== undefined; charge = charge.next) {
    const { terms, key, opened } = charge.label;
    const { policy_id, rule, measure, limit } = terms;
    held.push({ policy_id, rule, key, measure, limit, amount: charge.amount, opened });
  }
  return held;
};

/** What entries reserve, as it is held from then on. */
export const heldByEntries = (entries: readonly LimitEntry[]): HeldAmount[] =>
  entries.map(({ policy_id, rule, key, measure, limit, amount, account }) => {
    const opened = account?.form === 'budget' ? account.opened : null;
    return { policy_id, rule, key, measure, limit, amount, opened };
  });

/** A list of charges again, from what the journal tells of them: good for giving back, not for more. */
export const chargesFrom = (ws: string, held: readonly HeldAmount[]): Charge | undefined =>
  held.reduceRight<Charge | undefined>(
    (next, { key, amount, opened, ...said }) => ({
      label: { terms: { ...said, ws, period_ms: null }, key, opened, ends: null },
      amount,
      next,
    }),
    undefined,
  );
