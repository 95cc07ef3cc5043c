import { type Evidence, readEvidence } from './evidence.ts';
import { PROPERTIES, type Property } from './properties.ts';
import type { Run, Violation } from './run.ts';

/** What a run did, in numbers, and every promise that it broke. */
export interface Report {
  readonly violations: readonly Violation[];
  readonly counts: Counts;
}

export interface Counts {
  /** Messages that were sent, and those that were answered; errors are answers. */
  readonly sent: number;
  readonly answered: number;
  /** Answers that carry an error. */
  readonly refused: number;
  readonly commits: number;
  readonly events: number;
  /** Answers that no journal holds. */
  readonly lost: number;
  /** Requests that were decided, or settled, more than once. */
  readonly doubled: number;
  /** Admissions that a limit had no room for, and accounts that are not what their events add up to. */
  readonly overAdmitted: number;
}

/** Judges a run from outside: by what its clients sent and were told, and by what its journals hold. */
export const checkRun = (run: Run): Report => {
  const evidence = readEvidence(run);
  const violations = PROPERTIES.flatMap((property) => judged(property, evidence));
  const { asked, journals } = evidence;
  const broken = (property: string): number => violations.filter((each) => each.property === property).length;
  return {
    violations,
    counts: {
      sent: asked.length,
      answered: asked.filter(({ reply }) => reply !== undefined).length,
      refused: asked.filter(({ answer }) => isObject(answer?.['error'])).length,
      commits: journals.reduce((sum, { commits }) => sum + commits.length, 0),
      events: journals.reduce((sum, { happenings }) => sum + happenings.length, 0),
      lost: broken('recorded'),
      doubled: broken('once'),
      overAdmitted: broken('limit'),
    },
  };
};

/** What cannot even be judged is not as it was promised. */
const judged = (property: Property, evidence: Evidence): readonly Violation[] => {
  try {
    return property.violations(evidence);
  } catch (error) {
    const sentence = `${property.name} cannot be judged: ${String(error)}`;
    return [{ property: property.name, sentence, evidence: [String((error as Error).stack)] }];
  }
};

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
