import {
  BOUNDS,
  type Enforcement,
  isoTime,
  type PolicyDocument,
  type Problem,
  type Rejection,
  type RestorePolicy,
  type RollbackPolicy,
  type SaveOperation,
  type SavePolicy,
} from '@edict/contracts';
import { checkDocument } from '../enforcement/check-document.ts';
import { checkAgainstOthers } from './approval-policies.ts';
import { boundProblems } from './bound-problems.ts';
import { type PreparedDocument, prepareDocument } from './document-hash.ts';
import { sizeProblem } from './document-size.ts';
import { findRevision, findTimeline } from './find-policy.ts';
import {
  attributionOf,
  type Case,
  conflictOf,
  type PolicyDecision,
  record,
  refuse,
} from './policy-decision.ts';
import type { PolicyState } from './policy-state.ts';

/** Records a new revision of a document that holds up on its own and beside the workspace's other policies. */
export const decideSave = ({ state, command, at }: Case<SavePolicy>): PolicyDecision => {
  const prepared = prepareDocument(command.document);
  if (!prepared.ok) return refuse(invalid('the document', [asProblem(prepared.rejection)]));
  return appendRevision({ state, command, at }, prepared.value, { operation: 'save' });
};

/** Records an older revision's document as a new revision. */
export const decideRollback = ({ state, command, at }: Case<RollbackPolicy>): PolicyDecision => {
  const timeline = findTimeline(state, command.policy_id);
  if (!timeline.ok) return timeline;
  const saved = findRevision(timeline.value, command.revision, '/revision');
  if (!saved.ok) return saved;
  const prepared = prepareDocument(asRecord(saved.value.document));
  if (!prepared.ok) return refuse(invalid(command.policy_id, [asProblem(prepared.rejection)]));
  const origin: Origin = { operation: 'rollback', from_revision: command.revision };
  return appendRevision({ state, command, at }, prepared.value, origin);
};

/** Brings a deleted policy back: its last revision's document as a new revision, enforced as it was. */
export const decideRestore = ({ state, command, at }: Case<RestorePolicy>): PolicyDecision => {
  const timeline = findTimeline(state, command.policy_id);
  if (!timeline.ok) return timeline;
  const last = timeline.value.changes.last;
  if (last === undefined || last.live) {
    const message = `policy ${command.policy_id} is live at revision ${last?.saved.revision}; restore brings back a deleted one, rollback returns to an older revision`;
    return refuse({ code: 'BAD_REQUEST', message, path: '/policy_id' });
  }
  const prepared = prepareDocument(asRecord(last.saved.document));
  if (!prepared.ok) return refuse(invalid(command.policy_id, [asProblem(prepared.rejection)]));
  return appendRevision({ state, command, at }, prepared.value, {
    operation: 'restore',
    from_revision: last.saved.revision,
    enforcement: last.enforcement,
  });
};

interface Origin {
  readonly operation: SaveOperation;
  readonly from_revision?: number;
  readonly enforcement?: Enforcement;
}

const appendRevision = (
  { state, command, at }: Case<SavePolicy | RollbackPolicy | RestorePolicy>,
  { document, hash, bytes }: PreparedDocument,
  { enforcement, ...origin }: Origin,
): PolicyDecision => {
  const judged = judgeDocument(state, document, bytes);
  if (!judged.ok) return refuse(judged.rejection);
  const { policy_id } = judged.document;
  const timeline = state.timelines.get(policy_id);
  const conflict = conflictOf(policy_id, command.expected_revision, timeline);
  if (conflict !== undefined) return refuse(conflict);
  const current = timeline?.changes.last;
  return record({
    type: 'policy.saved',
    data: {
      policy_id,
      revision: (timeline?.revisions.length ?? 0) + 1,
      version: `${at}_${hash.slice('sha256:'.length, 'sha256:'.length + 12)}`,
      kind: judged.kind,
      document: judged.document,
      hash,
      enforcement:
        command.enforcement ?? enforcement ?? (current?.live === true ? current.enforcement : 'enforce'),
      saved_at: isoTime(at),
      ...attributionOf(command),
      ...origin,
      warnings: judged.warnings,
    },
  });
};

type Judged =
  | {
      readonly ok: true;
      readonly kind: string;
      readonly document: PolicyDocument;
      readonly warnings: readonly Problem[];
    }
  | { readonly ok: false; readonly rejection: Rejection };

/** Every problem at once, those with other policies included. */
const judgeDocument = (
  state: PolicyState,
  document: Readonly<Record<string, unknown>>,
  bytes: number,
): Judged => {
  const tooLarge = sizeProblem(document, bytes);
  if (tooLarge !== undefined) return { ok: false, rejection: tooLarge };
  const checked = checkDocument(document);
  if (!checked.ok) return { ok: false, rejection: invalid(nameOf(document), checked.problems) };
  const beside = checkAgainstOthers(state, checked);
  if (beside.problems.length > 0) return { ok: false, rejection: invalid(nameOf(document), beside.problems) };
  const warnings = boundProblems([...checked.warnings, ...beside.warnings], BOUNDS.warnings);
  return { ...checked, warnings };
};

const nameOf = ({ policy_id }: Readonly<Record<string, unknown>>): string =>
  typeof policy_id === 'string' && policy_id.length <= BOUNDS.idBytes ? policy_id : 'the document';

/** A refusal has to fit into one message of the broker. */
const MOST_PROBLEMS = 256;

const asRecord = (document: PolicyDocument): Readonly<Record<string, unknown>> => ({ ...document });

const asProblem = ({ message, path }: Rejection): Problem => ({
  code: 'POLICY_INVALID',
  path: path ?? '',
  message,
});

const invalid = (name: string, problems: readonly Problem[]): Rejection => {
  const unsupported = problems.every(({ code }) => code === 'UNSUPPORTED');
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return {
    code: unsupported ? 'UNSUPPORTED' : 'POLICY_INVALID',
    message: `${name} was not saved: ${first?.message ?? 'it is not a policy document'}${more}`,
    problems: boundProblems(problems, MOST_PROBLEMS),
  };
};
