import { createHash } from 'node:crypto';
import type { PolicySaved, Verdict, VerdictClosed } from '@edict/contracts';
import canonicalize from 'canonicalize';
import { describeEvent, type Evidence, type Happening } from '../evidence.ts';
import { type PolicyBooks, readPolicies } from '../policy-history.ts';
import type { Violation } from '../run.ts';

/** A policy's revisions are 1, 2, 3 … without a gap, each with the hash of its document. */
export const brokenPolicyHistories = (evidence: Evidence): Violation[] => {
  const revisions = new Map<string, number>();
  return evidence.of('policies').flatMap((event) => {
    if (event.type !== 'policy.saved') return [];
    const { policy_id, revision, hash, document } = event.data as PolicySaved;
    const id = `${event.ws} · ${policy_id}`;
    const expected = (revisions.get(id) ?? 0) + 1;
    revisions.set(id, revision);
    if (revision !== expected)
      return [violation('policies', `revision ${revision} of ${id} should be ${expected}`, event)];
    if (hash === documentHash(document)) return [];
    return [violation('policies', `the hash of revision ${revision} of ${id} is not its document's`, event)];
  });
};

const documentHash = (document: unknown): string =>
  `sha256:${createHash('sha256')
    .update(canonicalize(document) ?? '')
    .digest('hex')}`;

/** A verdict cites documents that were live under its set revision, and no journal goes back to an older set. */
export const wrongCitations = (evidence: Evidence): Violation[] => {
  const policies = readPolicies(evidence);
  const latest = new Map<string, number>();
  return evidence.of('verdicts').flatMap((event) => {
    const verdict = verdictOf(event);
    if (verdict === undefined) return [];
    const { ws, journal } = event;
    const { revision } = verdict.policies;
    const before = latest.get(`${journal} ${ws}`) ?? 0;
    latest.set(`${journal} ${ws}`, Math.max(before, revision));
    // Who closes with a denial rests on the set that the verdict was made under.
    const goesBack = revision < before && event.type === 'verdict.issued';
    return [
      ...(goesBack ? [`a verdict is of set ${revision}, after one of set ${before}`] : []),
      ...flawsOfCitations(ws, verdict, policies),
    ].map((flaw) => violation('citations', flaw, event));
  });
};

const flawsOfCitations = (ws: string, { policies: cited }: Verdict, policies: PolicyBooks): string[] => {
  if (cited.revision > policies.last(ws))
    return [`a verdict is of set ${cited.revision}, which does not exist`];
  return cited.documents.flatMap(({ policy_id, revision, hash }) => {
    if (revision === 0) return [];
    const known = policies.at(ws, policy_id, cited.revision);
    if (known?.revision === revision && known.hash === hash) return [];
    return [`a verdict of set ${cited.revision} cites ${policy_id}/${revision}, which was not in it`];
  });
};

const verdictOf = ({ type, data }: Happening): Verdict | undefined => {
  if (type === 'verdict.issued') return data as Verdict;
  return type === 'verdict.closed' ? (data as VerdictClosed).verdict : undefined;
};

const violation = (property: string, sentence: string, event: Happening): Violation => ({
  property,
  sentence,
  evidence: [describeEvent(event)],
});
