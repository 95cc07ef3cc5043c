import type { Problem } from './codes.ts';
import { shortened } from './json.ts';

const MOST_OF_TEXT = 512;

/** The first problems of a list, none longer than can be read; when there are more, the last entry says how many. */
export const boundProblems = (problems: readonly Problem[], most: number): readonly Problem[] => {
  const bounded = problems.slice(0, most).map(boundProblem);
  const left = problems.length - most;
  return left > 0
    ? [...bounded, { code: 'MORE', path: '', message: `and ${left} more like these` }]
    : bounded;
};

const boundProblem = ({ code, path, message, allowed }: Problem): Problem => ({
  code,
  path: shortened(path, MOST_OF_TEXT),
  message: shortened(message, MOST_OF_TEXT),
  ...(allowed !== undefined && { allowed: shortened(allowed, MOST_OF_TEXT) }),
});
