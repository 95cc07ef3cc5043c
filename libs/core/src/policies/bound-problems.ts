import type { Problem } from '@edict/contracts';

/** The first problems of a list; when there are more, the last entry says how many. */
export const boundProblems = (problems: readonly Problem[], most: number): readonly Problem[] => {
  if (problems.length <= most) return problems;
  const left = problems.length - most;
  return [...problems.slice(0, most), { code: 'MORE', path: '', message: `and ${left} more like these` }];
};
