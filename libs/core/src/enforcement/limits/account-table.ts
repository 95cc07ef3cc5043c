import type { LimitAccount, LimitEntry } from '@edict/contracts';
import { createSweeper } from '../../state/sweeper.ts';
import type { UndoLog } from '../../state/undo-log.ts';
import { UndoMap } from '../../state/undo-map.ts';
import { idleAt } from './account.ts';
import type { AccountLabel, LimitRef, LimitTerms } from './charge.ts';

/** The accounts of one limit by their keys; see {@link Ledger}. */
export interface AccountTable {
  readonly limit: LimitRef;
  find(key: string, at: number): LimitAccount | undefined;
  put(entry: LimitEntry, account: LimitAccount): AccountLabel;
  list(at: number): [string, LimitAccount][];
  /** The accounts as they are now, told later as the journal would: those that matter at a time. */
  capture(): (at: number) => Iterable<LimitEntry>;
  /** Whether anything was taken since it was last swept. */
  owes(): boolean;
  sweep(at: number): void;
  size(): number;
}

/** What differs between the charges of one account; the rest is in its label. */
type StoredAccount =
  | {
      readonly form: 'budget';
      readonly label: AccountLabel;
      readonly settled: number;
      readonly reserved: number;
    }
  | {
      readonly form: 'rate';
      readonly label: AccountLabel;
      readonly level: number;
      readonly rest: number;
      readonly at: number;
    };

export const createAccountTable = (limit: LimitRef, log: UndoLog): AccountTable => {
  const stored = new UndoMap<string, StoredAccount>(log);
  const sweeper = createSweeper(stored, isIdle);
  /** The latest terms, which the next account will most likely be under. */
  let terms: LimitTerms | undefined;

  const labelFor = (entry: LimitEntry, account: LimitAccount): AccountLabel => {
    const known = stored.get(entry.key)?.label;
    if (known !== undefined && isUnder(known.terms, entry, account) && isWindow(known, account)) return known;
    if (terms === undefined || !isUnder(terms, entry, account)) terms = termsOf(limit, entry, account);
    const budget = account.form === 'budget';
    return {
      terms,
      // The map keeps the text that it saw first: a second one would be kept beside it.
      key: known?.key ?? entry.key,
      opened: budget ? account.opened : null,
      ends: budget ? account.ends : null,
    };
  };

  return {
    limit,
    find: (key, at) => {
      const known = stored.get(key);
      return known === undefined || isIdle(known, at) ? undefined : accountOf(known);
    },
    put: (entry, account) => {
      const label = labelFor(entry, account);
      stored.set(label.key, storedAs(account, label));
      sweeper.owe();
      return label;
    },
    list: (at) => {
      const found: [string, LimitAccount][] = [];
      for (const [key, account] of stored.entries()) {
        if (!isIdle(account, at)) found.push([key, accountOf(account)]);
      }
      return found;
    },
    capture: () => {
      const held = [...stored.values()];
      return function* (at) {
        for (const account of held) if (!isIdle(account, at)) yield entryOf(account);
      };
    },
    owes: sweeper.owes,
    sweep: sweeper.work,
    size: () => stored.size,
  };
};

const storedAs = (account: LimitAccount, label: AccountLabel): StoredAccount =>
  account.form === 'budget'
    ? { form: 'budget', label, settled: account.settled, reserved: account.reserved }
    : { form: 'rate', label, level: account.level, rest: account.rest, at: account.at };

const accountOf = (account: StoredAccount): LimitAccount => {
  const { opened, ends, terms } = account.label;
  return account.form === 'budget'
    ? { form: 'budget', opened: opened ?? 0, ends, settled: account.settled, reserved: account.reserved }
    : {
        form: 'rate',
        level: account.level,
        rest: account.rest,
        at: account.at,
        capacity: terms.limit,
        period_ms: terms.period_ms ?? 0,
      };
};

const entryOf = (stored: StoredAccount): LimitEntry => {
  const { terms, key } = stored.label;
  const { policy_id, rule, measure, limit } = terms;
  return { policy_id, rule, key, measure, limit, amount: 0, account: accountOf(stored) };
};

const isIdle = (account: StoredAccount, at: number): boolean => {
  const idle = account.form === 'budget' ? account.label.ends : idleAt(accountOf(account));
  return idle !== null && idle <= at;
};

const isUnder = (terms: LimitTerms, { measure, limit }: LimitEntry, account: LimitAccount): boolean => {
  if (terms.measure !== measure) return false;
  return account.form === 'budget'
    ? terms.period_ms === null && terms.limit === limit
    : terms.period_ms === account.period_ms && terms.limit === account.capacity;
};

const termsOf = (limit: LimitRef, entry: LimitEntry, account: LimitAccount): LimitTerms => {
  const rate = account.form === 'rate';
  return {
    ...limit,
    measure: entry.measure,
    limit: rate ? account.capacity : entry.limit,
    period_ms: rate ? account.period_ms : null,
  };
};

const isWindow = ({ opened, ends }: AccountLabel, account: LimitAccount): boolean =>
  account.form === 'rate' || (opened === account.opened && ends === account.ends);
