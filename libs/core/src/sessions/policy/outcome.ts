import type { Rules } from './rules.ts';
import type { Tally } from './tally.ts';

/** What a tally says, before any direction is asked for (macp §2.5). */
export type Outcome =
  | { readonly state: 'passed' }
  | { readonly state: 'failed'; readonly message: string; readonly detail: Readonly<Record<string, unknown>> }
  | { readonly state: 'no_votes' };

/** The tri-state of a tally. Thresholds are inclusive, in plain binary64, without an epsilon. */
export const outcomeOf = (rules: Rules, tally: Tally, declared: readonly string[]): Outcome => {
  if (tally.approvals + tally.rejections === 0) return { state: 'no_votes' };
  const algorithm = OUTCOMES.get(rules.algorithm);
  if (algorithm !== undefined) return algorithm(rules, tally, declared);
  const { algorithm: word } = rules;
  return failed(`the voting algorithm ${word} is not known, so no vote can pass`, { algorithm: word });
};

type Algorithm = (rules: Rules, tally: Tally, declared: readonly string[]) => Outcome;

const failed = (message: string, detail: Readonly<Record<string, unknown>>): Outcome => ({
  state: 'failed',
  message,
  detail,
});

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const ratio = (algorithm: string, approve: number, reject: number, threshold: number): Outcome => {
  const share = approve / (approve + reject);
  if (share >= threshold) return { state: 'passed' };
  return failed(`${algorithm} needs ${percent(threshold)} approval and has ${percent(share)}`, {
    algorithm,
    approve,
    reject,
    share,
    threshold,
  });
};

const majority: Algorithm = ({ threshold }, { approvals, rejections }) =>
  ratio('majority', approvals, rejections, threshold);

/** A threshold of at most one half got past an older admission; it is read as two thirds. */
const supermajority: Algorithm = ({ threshold }, { approvals, rejections }) =>
  ratio('supermajority', approvals, rejections, threshold <= 0.5 ? 2 / 3 : threshold);

const weighted: Algorithm = ({ threshold }, { approvingWeight, rejectingWeight }) =>
  approvingWeight + rejectingWeight === 0
    ? { state: 'no_votes' }
    : ratio('weighted', approvingWeight, rejectingWeight, threshold);

const unanimous: Algorithm = (_rules, { approvers, rejections }, declared) => {
  const missing = declared.filter((name) => !approvers.has(name));
  if (rejections === 0 && missing.length === 0) return { state: 'passed' };
  return failed(
    `unanimity has ${declared.length - missing.length} of ${declared.length} approvals and ${rejections} rejections`,
    {
      algorithm: 'unanimous',
      approved: declared.length - missing.length,
      declared: declared.length,
      rejections,
    },
  );
};

const plurality: Algorithm = (_rules, { approvals, rejections }) => {
  if (approvals > rejections) return { state: 'passed' };
  const how = approvals === rejections ? 'is a tie' : 'is lost';
  return failed(`the vote ${how}: ${approvals} approvals and ${rejections} rejections`, {
    algorithm: 'plurality',
    approvals,
    rejections,
    tie: approvals === rejections,
  });
};

const OUTCOMES: ReadonlyMap<string, Algorithm> = new Map([
  ['majority', majority],
  ['supermajority', supermajority],
  ['weighted', weighted],
  ['unanimous', unanimous],
  ['plurality', plurality],
]);
