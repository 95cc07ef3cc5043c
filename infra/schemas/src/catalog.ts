import {
  AccessDocument,
  Acknowledgement,
  ApprovalRequested,
  ClosedVerdictNotice,
  CloudEventBatch,
  DecisionDocument,
  DecisionRequest,
  ErrorReply,
  GuardrailDocument,
  HooksDocument,
  LimitsDocument,
  OutcomeReply,
  OutcomeReport,
  PolicyChangeReply,
  PolicyCommand,
  PolicyDiff,
  PolicyHistoryReply,
  PolicyList,
  PolicyTest,
  PolicyView,
  RefusedReply,
  SIGNAL_PAYLOADS,
  SignalEnvelope,
  VerdictReply,
  WorkspaceChangeReply,
} from '@edict/contracts';
import type * as z from 'zod';

/** A schema that is published, under a name that stays. */
export interface Published {
  /** In kebab case: `docs/schemas/<name>.schema.json`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly schema: z.ZodType;
  /** Whether keys that begin with `_` or `$` are legal wherever fields are listed. */
  readonly annotated?: true;
}

const REQUESTS = [
  {
    name: 'decision-request',
    title: 'Decision request',
    description:
      'May this subject do this, now? An AuthZEN 1.0 evaluation of at most 64 KiB and 32 levels, with no quote, backslash or control character in a key. The type of the resource must fit a known action.',
    schema: DecisionRequest,
  },
  {
    name: 'outcome-report',
    title: 'Outcome report',
    description: 'How allowed work ended; settles its reservation and judges its value.',
    schema: OutcomeReport,
  },
  {
    name: 'policy-command',
    title: 'Policy command',
    description: 'A change of policies, or a question about them.',
    schema: PolicyCommand,
  },
] as const;

const REPLIES = [
  {
    name: 'verdict-reply',
    title: 'Verdict',
    description: 'The recorded answer to a decision request. Only `decision: true` allows.',
    schema: VerdictReply,
  },
  {
    name: 'outcome-reply',
    title: 'Outcome reply',
    description: 'What was settled, and the value as it may be passed on.',
    schema: OutcomeReply,
  },
  {
    name: 'error-reply',
    title: 'Error reply',
    description: 'Nothing was decided, and that denies.',
    schema: ErrorReply,
  },
  {
    name: 'policy-change-reply',
    title: 'Policy change reply',
    description: 'The reply to save, delete, restore, rollback and set_enforcement.',
    schema: PolicyChangeReply,
  },
  {
    name: 'workspace-change-reply',
    title: 'Workspace change reply',
    description: 'The reply to set_workspace.',
    schema: WorkspaceChangeReply,
  },
  {
    name: 'policy-view',
    title: 'Policy',
    description: 'A revision with what the log added: the reply to get, and a row of the policy views.',
    schema: PolicyView,
  },
  { name: 'policy-list', title: 'Policy list', description: 'The reply to list.', schema: PolicyList },
  {
    name: 'policy-history',
    title: 'Policy history',
    description: 'The reply to history.',
    schema: PolicyHistoryReply,
  },
  { name: 'policy-diff', title: 'Policy diff', description: 'The reply to diff.', schema: PolicyDiff },
  {
    name: 'policy-refusal',
    title: 'Policy refusal',
    description: 'A refused policy command: every problem at once, each with a JSON pointer.',
    schema: RefusedReply,
  },
  {
    name: 'signal-acknowledgement',
    title: 'Signal acknowledgement',
    description: 'What became of a signal.',
    schema: Acknowledgement,
  },
] as const;

/** The documents that policies are written in. Whether a build can enforce one is checked when it is saved. */
export const DOCUMENTS: readonly Published[] = [
  {
    name: 'guardrail-document',
    title: 'Guardrail',
    description: 'Block lists, allow lists and approvals per section.',
    schema: GuardrailDocument,
  },
  {
    name: 'hooks-document',
    title: 'Hooks',
    description: 'Rules before and after operations on data keys.',
    schema: HooksDocument,
  },
  {
    name: 'access-document',
    title: 'Access',
    description: 'Which labels a principal may handle.',
    schema: AccessDocument,
  },
  { name: 'limits-document', title: 'Limits', description: 'Rates and budgets.', schema: LimitsDocument },
  {
    name: 'decision-document',
    title: 'Decision policy',
    description:
      'How a session of signals decides: a MACP policy descriptor. Keys with _ or $ are annotations.',
    schema: DecisionDocument,
    annotated: true,
  },
];

const SIGNALS: readonly Published[] = [
  {
    name: 'signal',
    title: 'Signal',
    description: 'The MACP envelope as JSON; absent fields take the defaults of protobuf.',
    schema: SignalEnvelope,
  },
  ...Object.entries(SIGNAL_PAYLOADS).map(([type, schema]) => ({
    name: `signal-${kebab(type)}`,
    title: `Payload of ${type}`,
    description: `The payload of a signal with message_type ${type}, in a decision session.`,
    schema,
  })),
];

const TOLD = [
  {
    name: 'event-batch',
    title: 'Message of the feed',
    description: 'CloudEvents 1.0 in the JSON batch format: events of one commit, workspace and type.',
    schema: CloudEventBatch,
  },
  {
    name: 'approval-requested',
    title: 'Approval requested',
    description: 'To each approver, once its session takes signals.',
    schema: ApprovalRequested,
  },
  {
    name: 'verdict-closed',
    title: 'Verdict closed',
    description: 'To the requester, when an escalated verdict has closed.',
    schema: ClosedVerdictNotice,
  },
] as const;

/** Every schema of what goes over the bus. */
export const CATALOG: readonly Published[] = [...REQUESTS, ...REPLIES, ...DOCUMENTS, ...SIGNALS, ...TOLD];

/** Every schema that is published, those of files included. */
export const PUBLISHED: readonly Published[] = [
  ...CATALOG,
  {
    name: 'policy-test',
    title: 'Policy tests',
    description: 'What edict test plays: cases, each with what is asked and what is wanted.',
    schema: PolicyTest,
  },
];

function kebab(name: string): string {
  return name.replaceAll(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
