import type { LimitAccount, LimitEntry } from '@edict/contracts';
import type { UndoLog } from '../../state/undo-log.ts';
import { type AccountTable, createAccountTable } from './account-table.ts';
import type { AccountLabel, LimitRef } from './charge.ts';

/** The accounts of all limits. One that is as good as new at a time is none, whether or not it was forgotten yet. */
export interface Ledger {
  /** The account that matters at a time. */
  find(limit: LimitRef, key: string, at: number): LimitAccount | undefined;
  /** Takes an account as the journal states it, and gives what charges to it refer to. */
  put(ws: string, entry: LimitEntry, account: LimitAccount): AccountLabel;
  /** Every account that matters at a time. */
  list(at: number): (LimitRef & { readonly key: string; readonly account: LimitAccount })[];
  /** The accounts as they are now, told later by workspace: those that matter at a time. */
  capture(): (at: number) => Iterable<readonly [ws: string, entry: LimitEntry]>;
  /** Forgets some accounts that do not matter any more, more of them the more were taken; not during a try-out. */
  sweep(at: number): void;
  /** How many accounts are held, those included that do not matter any more. */
  size(): number;
}

/** A table per limit: names of limits are few and short, so finding one costs less than one long name per account. */
type Tables = Map<string, Map<string, Map<string, AccountTable>>>;

export const createLedger = (log: UndoLog): Ledger => {
  const tables: Tables = new Map();
  const all: AccountTable[] = [];
  let touched: AccountTable[] = [];

  const tableOf = (ws: string, { policy_id, rule }: LimitEntry): AccountTable => {
    const known = tables.get(ws)?.get(policy_id)?.get(rule);
    if (known !== undefined) return known;
    const table = createAccountTable({ ws, policy_id, rule }, log);
    insideOf(insideOf(tables, ws), policy_id).set(rule, table);
    all.push(table);
    return table;
  };

  return {
    find: ({ ws, policy_id, rule }, key, at) => tables.get(ws)?.get(policy_id)?.get(rule)?.find(key, at),
    put: (ws, entry, account) => {
      const table = tableOf(ws, entry);
      if (!table.owes()) touched.push(table);
      return table.put(entry, account);
    },
    list: (at) =>
      all.flatMap(({ limit, list }) => list(at).map(([key, account]) => ({ ...limit, key, account }))),
    capture: () => {
      const captured = all.map(({ limit, capture }) => ({ ws: limit.ws, entries: capture() }));
      return function* (at) {
        for (const { ws, entries } of captured) for (const entry of entries(at)) yield [ws, entry];
      };
    },
    sweep: (at) => {
      if (touched.length === 0) return;
      for (const table of touched) table.sweep(at);
      touched = [];
    },
    size: () => all.reduce((sum, table) => sum + table.size(), 0),
  };
};

const insideOf = <V>(maps: Map<string, Map<string, V>>, name: string): Map<string, V> => {
  let inside = maps.get(name);
  if (inside === undefined) {
    inside = new Map();
    maps.set(name, inside);
  }
  return inside;
};
