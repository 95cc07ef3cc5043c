import {
  BOUNDS,
  DECISION_MODE,
  DEFAULT_DECISION_POLICY,
  DecisionDocument,
  EVERY_MODE,
  excerpt,
  type Problem,
  problemsOf,
  STANDARD_POLICY_PREFIX,
  utf8Bytes,
  withoutAnnotations,
} from '@edict/contracts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Everything that keeps a document from being saved as a decision policy, each with a pointer (macp §1.3).
 * The rules between fields are judged whatever else is wrong, so that one save shows every problem.
 */
export const decisionProblems = (document: unknown): Problem[] => {
  const value = withoutAnnotations(document);
  const policy = fields(value);
  const shape = DecisionDocument.safeParse(value);
  const problems = shape.success ? [] : problemsOf(shape.error, value, 'POLICY_INVALID').map(unenforced);
  return [
    ...problems,
    ...reservedPolicyId(policy['policy_id']),
    ...modeProblems(policy['mode']),
    ...votingProblems(fields(fields(policy['rules'])['voting'])),
    ...authorityProblems(fields(fields(policy['rules'])['commitment'])),
    ...sizeProblems(document),
  ];
};

/** `applies_to` belongs to every document, but nothing would ask a decision policy for it: it is named by id. */
const unenforced = (problem: Problem): Problem =>
  problem.path === '/applies_to'
    ? {
        code: 'UNSUPPORTED',
        path: problem.path,
        message: 'applies_to has no effect on a decision policy, which is chosen by its id',
      }
    : problem;

/** What is wrong with an id that names a built-in decision policy, or might one day (macp §1.2). */
export const reservedPolicyId = (id: unknown): Problem[] => {
  if (typeof id !== 'string') return [];
  const reserved = id === DEFAULT_DECISION_POLICY || id.startsWith(STANDARD_POLICY_PREFIX);
  if (!reserved) return [];
  const allowed = `an id that is not ${DEFAULT_DECISION_POLICY} and does not begin with ${STANDARD_POLICY_PREFIX}`;
  return [invalid('/policy_id', `policy_id is ${excerpt(id)}: the id is reserved`, allowed)];
};

const modeProblems = (mode: unknown): Problem[] => {
  if (typeof mode !== 'string' || mode === DECISION_MODE || mode === EVERY_MODE) return [];
  const allowed = `${DECISION_MODE} or ${EVERY_MODE}`;
  const message = `mode is ${excerpt(mode)}: only ${allowed} can be enforced`;
  return [{ code: 'UNSUPPORTED', path: '/mode', message, allowed }];
};

const votingProblems = (voting: Fields): Problem[] => {
  const { algorithm, threshold, weights } = voting as Readonly<
    Record<'algorithm' | 'threshold' | 'weights', unknown>
  >;
  const problems: Problem[] = [];
  if (algorithm === 'majority' && typeof threshold === 'number' && threshold < 0.5) {
    problems.push(invalid('/rules/voting/threshold', thresholdText(threshold, algorithm), 'at least 0.5'));
  }
  if (algorithm === 'supermajority' && (threshold === undefined || Number(threshold) <= 0.5)) {
    problems.push(invalid('/rules/voting/threshold', thresholdText(threshold, algorithm), 'above 0.5'));
  }
  if (algorithm === 'weighted' && weights === undefined) {
    problems.push(
      invalid(
        '/rules/voting/weights',
        'weights is missing: weighted needs it',
        'participant ids with weights',
      ),
    );
  }
  if (weights !== undefined && Object.keys(fields(weights)).length === 0 && isObject(weights)) {
    problems.push(
      invalid('/rules/voting/weights', 'weights is empty', 'at least one participant with a weight'),
    );
  }
  return problems;
};

const thresholdText = (threshold: unknown, algorithm: string): string =>
  `threshold ${threshold === undefined ? 'is missing' : `is ${excerpt(threshold)}`}, which does not fit ${algorithm}`;

const authorityProblems = (commitment: Fields): Problem[] => {
  const roles = commitment['designated_roles'];
  if (commitment['authority'] !== 'designated_role') return [];
  if (roles !== undefined && !(Array.isArray(roles) && roles.length === 0)) return [];
  const path = '/rules/commitment/designated_roles';
  const how = roles === undefined ? 'is missing' : 'is empty';
  return [
    invalid(path, `designated_roles ${how}: authority designated_role needs it`, 'at least one sender id'),
  ];
};

const sizeProblems = (document: unknown): Problem[] => {
  const bytes = utf8Bytes(JSON.stringify(document) ?? '');
  if (bytes <= BOUNDS.decisionDocumentBytes) return [];
  const allowed = `at most ${BOUNDS.decisionDocumentBytes} bytes`;
  return [invalid('', `the document has ${bytes} bytes`, allowed)];
};

const invalid = (path: string, message: string, allowed: string): Problem => ({
  code: 'POLICY_INVALID',
  path,
  message: `${message}; allowed: ${allowed}`,
  allowed,
});

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fields = (value: unknown): Fields => (isObject(value) ? value : {});
