import type { Collected, Finding } from './collect-findings.ts';

/** Findings by what they can do to the outcome. */
export interface SortedOut {
  /** Those that decide. */
  readonly inForce: Finding[];
  /** Those in force whose condition could not be evaluated, whether they decide (restricting) or not. */
  readonly errored: Finding[];
  /** Those of `warn` and `audit` documents, which decide nothing in either direction. */
  readonly shadows: Finding[];
}

export const sortOut = ({ findings, governed }: Collected): SortedOut => {
  const inForce: Finding[] = [];
  const errored: Finding[] = [];
  const shadows: Finding[] = [];
  for (const finding of findings) {
    const allows = finding.source.effect === 'allow';
    if (finding.source.document.enforcement === 'enforce') {
      if (finding.errored) errored.push(finding);
      if (!finding.errored || !allows) inForce.push(finding);
    } else if (!allows || (!governed && !finding.errored)) {
      // An allow that is tried out would change something only where nobody speaks.
      shadows.push(finding);
    }
  }
  return { inForce, errored, shadows };
};
