import type {
  LimitAccount,
  LimitEntry,
  LimitReserved,
  OutcomeReport,
  RequestRef,
  Verdict,
  VerdictClosed,
} from '@edict/contracts';
import { type Account, charged, emptyAccount, type Held, hasRoom, sameAs, settled } from '../account.ts';
import { describeEvent, type Evidence, type Happening, requestOf } from '../evidence.ts';
import { limitRule } from '../limit-rule.ts';
import { type PolicyBooks, readPolicies } from '../policy-history.ts';
import type { Violation } from '../run.ts';

interface Books {
  readonly policies: PolicyBooks;
  readonly accounts: Map<string, Account>;
  readonly held: Map<string, Held>;
  report(sentence: string, event: Happening): void;
}

/**
 * The accounts of every limit, counted again from the events alone. What was taken fits at every admission: settled and
 * reserved stay within the limit, a bucket holds what is taken from it. The accounts in the events are the same.
 */
export const wrongAccounts = (evidence: Evidence): Violation[] => {
  const found: Violation[] = [];
  const books: Books = {
    policies: readPolicies(evidence),
    accounts: new Map(),
    held: new Map(),
    report: (sentence, event) =>
      found.push({ property: 'limit', sentence, evidence: [describeEvent(event)] }),
  };
  for (const event of evidence.of('verdicts')) fold(event, books);
  return found;
};

const fold = (event: Happening, books: Books): void => {
  switch (event.type) {
    case 'limit.charged':
    case 'limit.reserved':
      for (const entry of entriesOf(event)) take(entry, event, books);
      break;
    case 'limit.settled':
    case 'limit.released':
      for (const entry of entriesOf(event)) giveBack(entry, event, books);
      break;
    case 'verdict.issued':
      checkComplete(event, books);
      break;
    default:
  }
};

const entriesOf = ({ data }: Happening): readonly LimitEntry[] => (data as LimitReserved).entries;

const take = (entry: LimitEntry, event: Happening, books: Books): void => {
  const { at, data } = event;
  const verdict = verdictIn(event);
  if (verdict === undefined) books.report(`${entry.rule} is charged though nothing is decided`, event);
  const rule = limitRule(books.policies, event.ws, entry, verdict?.policies.revision ?? 0);
  if (rule === undefined) {
    books.report(`${entry.policy_id}/${entry.rule} is no limit of the set`, event);
    return;
  }
  const request = requestIn(event);
  const amount = request === undefined ? entry.amount : rule.amountOf(request);
  if (amount !== entry.amount)
    books.report(`${amount} should be taken of ${entry.rule}, not ${entry.amount}`, event);
  const id = accountId(entry, event);
  const before = books.accounts.get(id) ?? emptyAccount(rule, at);
  const mustFit = rule.rejects && (event.type === 'limit.reserved' || rule.stage === 'attempt');
  if (mustFit && !hasRoom(before, rule, entry.amount, at)) {
    books.report(`${entry.rule} of ${entry.key} admits ${entry.amount} that it has no room for`, event);
  }
  const after = charged(before, rule, entry.amount, at, event.type === 'limit.reserved');
  books.accounts.set(id, after);
  compare(after, entry.account, event, books);
  const heldId = `${requestOf(event.ws, data as RequestRef)} ${id}`;
  if (event.type === 'limit.reserved') {
    books.held.set(heldId, {
      amount: entry.amount,
      opened: after.form === 'budget' ? after.opened : undefined,
      ended: false,
    });
  }
};

const giveBack = (entry: LimitEntry, event: Happening, books: Books): void => {
  const { ws, data, at, type } = event;
  const id = accountId(entry, event);
  const heldId = `${requestOf(ws, data as RequestRef)} ${id}`;
  const held = books.held.get(heldId);
  const account = books.accounts.get(id);
  if (held === undefined || account === undefined) {
    books.report(`${entry.amount} of ${entry.rule} is given back that was never taken`, event);
    return;
  }
  const { cause } = data as { readonly cause: string };
  const used = type === 'limit.released' ? 0 : (reportedAmount(entry, event) ?? held.amount);
  const capped = cause === 'late' ? Math.min(used, held.amount) : used;
  const entryUsed = type === 'limit.released' ? held.amount : capped;
  if (entry.amount !== entryUsed)
    books.report(`${entry.rule} is settled at ${entry.amount}, not ${entryUsed}`, event);
  const after = settled(account, held, capped, at);
  if (after !== undefined) books.accounts.set(id, after);
  compare(after, entry.account, event, books);
  // What was settled in full may be lowered later, and only that.
  books.held.set(heldId, { ...held, amount: capped, ended: true });
};

/** An amount as it was reported; `undefined` when nobody said anything, so that the reserved one counts. */
const reportedAmount = ({ measure }: LimitEntry, { entry }: Happening): number | undefined => {
  const { report } = entry.command as { readonly report?: OutcomeReport };
  const amount = measure === 'requests' ? undefined : report?.[measure];
  return amount === undefined ? undefined : Math.round(amount * 1e6);
};

const compare = (
  computed: Account | undefined,
  stated: LimitAccount | null,
  event: Happening,
  { report }: Books,
): void => {
  if (computed === undefined ? stated === null : stated !== null && sameAs(computed, stated)) return;
  report(`an account stands at ${JSON.stringify(stated)}, and counting again gives ${show(computed)}`, event);
};

const show = (account: Account | undefined): string =>
  JSON.stringify(account, (_, value) => (typeof value === 'bigint' ? String(value) : value)) ?? 'none';

/** Whatever is let through has paid every limit that is for everybody and everything. */
const checkComplete = (event: Happening, { policies, report }: Books): void => {
  const { effect, policies: cited } = event.data as Verdict;
  if (effect === 'deny') return;
  const paid = new Set(
    event.entry.events
      .filter(({ type }) => type === 'limit.charged' || type === 'limit.reserved')
      .flatMap(({ data }) =>
        (data as LimitReserved).entries.map(({ policy_id, rule }) => `${policy_id} ${rule}`),
      ),
  );
  for (const { policyId, document } of policies.inForce(event.ws, 'limits', cited.revision)) {
    if (document['applies_to'] !== undefined) continue;
    for (const { id, actions } of document['rules'] as readonly { id: string; actions?: unknown }[]) {
      if (actions === undefined && !paid.has(`${policyId} ${id}`))
        report(`a verdict lets through what ${id} never saw`, event);
    }
  }
};

/** Whose account it is. The subject is of the request, so two of them never share one, whatever the key says. */
const accountId = ({ policy_id, rule, key }: LimitEntry, { ws, data }: Happening): string => {
  const { subject } = data as RequestRef;
  return [ws, policy_id, rule, subject.type, subject.id, key].join(' · ');
};

const verdictIn = ({ entry }: Happening): Verdict | undefined => {
  for (const { type, data } of entry.events) {
    if (type === 'verdict.issued') return data as Verdict;
    if (type === 'verdict.closed') return (data as VerdictClosed).verdict;
  }
  return undefined;
};

const requestIn = ({ entry }: Happening) => {
  const { request } = entry.command as { readonly request?: { readonly context?: object | undefined } };
  if (request !== undefined) return request;
  const closed = entry.events.find(({ type }) => type === 'verdict.closed');
  return (closed?.data as VerdictClosed | undefined)?.request;
};
