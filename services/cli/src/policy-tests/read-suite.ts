import {
  checkDecisionRequest,
  type DecisionRequest,
  PolicyTest,
  type PolicyTestCase,
  type PolicyTestStep,
  type Problem,
  parseDuration,
  problemsOf,
} from '@edict/contracts';
import { mergeOver } from './merge.ts';

/** A case as it is played: defaults merged in, times as numbers. */
export interface PlannedCase {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly ungoverned: 'allow' | 'deny' | undefined;
  readonly enforcement: Readonly<Record<string, string>>;
  readonly steps: readonly PlannedStep[];
}

export type PlannedStep = Omit<PolicyTestStep, 'after' | 'times' | 'request'> & {
  /** Milliseconds. */
  readonly after: number;
  readonly times: number;
  readonly request?: DecisionRequest;
};

/** A file of tests as it is played. */
export interface Suite {
  /** Paths relative to the file; absent: those of the folder. */
  readonly policies: readonly string[] | undefined;
  readonly cases: readonly PlannedCase[];
}

export type ReadSuite =
  | { readonly ok: true; readonly suite: Suite }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Without a time of its own a case begins here, so that it ends the same on every day. */
const BEGINNING = '2026-01-01T00:00:00Z';

/** Checks the value of a test file, every request with its defaults included; every problem at once. */
export const readSuite = (value: unknown): ReadSuite => {
  const result = PolicyTest.safeParse(value);
  if (!result.success) return { ok: false, problems: problemsOf(result.error, value, 'BAD_REQUEST') };
  const problems: Problem[] = [];
  const { policies, defaults, cases } = result.data;
  const planned = cases.map((one, i) => {
    const refuse = (path: string, problem: Problem): void => {
      problems.push({ ...problem, path: `/cases/${i}${path}${problem.path}` });
    };
    return planCase(one, defaults, refuse);
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, suite: { policies, cases: planned } };
};

type Refuse = (path: string, problem: Problem) => void;

const planCase = (one: PolicyTestCase, defaults: PolicyTest['defaults'], refuse: Refuse): PlannedCase => {
  const given = mergeOver(defaults?.given, one.given) as PolicyTestCase['given'];
  const single = one.steps === undefined;
  const steps = one.steps ?? [{ request: one.request ?? {}, expect: one.expect }];
  return {
    name: one.name,
    at: Date.parse(given?.at ?? BEGINNING),
    ungoverned: given?.ungoverned,
    enforcement: given?.enforcement ?? {},
    steps: steps.map((step, i) =>
      planStep(step, defaults, (problem) => refuse(`${single ? '' : `/steps/${i}`}/request`, problem)),
    ),
  };
};

const planStep = (
  { after, times = 1, request, ...step }: PolicyTestStep,
  defaults: PolicyTest['defaults'],
  refuse: (problem: Problem) => void,
): PlannedStep => {
  const planned = { ...step, after: after === undefined ? 0 : (parseDuration(after) ?? 0), times };
  if (request === undefined) return planned;
  const checked = checkDecisionRequest(mergeOver(defaults?.request, request));
  if (checked.ok) return { ...planned, request: checked.value };
  const { code, message, path = '' } = checked.rejection;
  refuse({ code, message, path });
  return planned;
};
