import type { VerdictReply } from '@edict/contracts';
import { type Difference, errorOf } from '../policy-tests/differences.ts';
import type { Failure } from '../policy-tests/play-case.ts';
import type { Style } from './style.ts';
import { renderGrounds } from './verdict.ts';

/** A case that failed, with where it stands. */
interface FailedCase extends Failure {
  readonly file: string;
  readonly name: string;
}

/** A case that failed: what was wanted, what came, and the whole answer with its reasons. */
export const renderFailure = ({ file, name, ...failure }: FailedCase, style: Style): string[] => [
  `${style.bad('FAILED')}  ${file}  ${style.strong(name)}`,
  ...failure.differences.map((each) => `  step ${failure.step}  ${renderDifference(each, style)}`),
  ...renderAnswer(failure, style).map((line) => `    ${line}`),
];

const renderDifference = ({ field, wanted, came }: Difference, style: Style): string => {
  const found = came === undefined ? 'there is none' : `came ${style.bad(JSON.stringify(came))}`;
  return `${style.name(field)}: wanted ${wanted === undefined ? 'none' : style.good(JSON.stringify(wanted))}, ${found}`;
};

const renderAnswer = ({ answer, request }: Failure, style: Style): string[] => {
  const error = errorOf(answer);
  if (error !== undefined) {
    return [error, ...(error.reasons ?? [])].map(({ code, message }) => `${code}  ${style.faint(message)}`);
  }
  if (request !== undefined) return renderGrounds(answer as unknown as VerdictReply, request, style);
  const { receipt: _, ...said } = answer;
  return [JSON.stringify(said)];
};
