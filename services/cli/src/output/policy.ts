import type {
  DocumentChange,
  PolicyChange,
  PolicyChangeReply,
  PolicySummary,
  PolicyView,
  Problem,
} from '@edict/contracts';
import { stringify } from 'yaml';
import type { Style } from './style.ts';
import { alignColumns, alignFacts } from './table.ts';
import { visibleText } from './visible.ts';

/** What was done in a word, with id, revision, version label and hash; then what was said about the document. */
export const renderWritten = (
  reply: PolicyChangeReply,
  style: Style,
  { width = 0, done = reply.deleted ? 'deleted' : 'saved' } = {},
): string[] => [
  [
    style.good(done),
    style.name(reply.policy_id.padEnd(width)),
    `revision ${reply.revision}`,
    reply.version,
    reply.hash,
    style.faint(`${reply.enforcement ?? ''} set ${reply.set_revision}`.trim()),
  ].join('  '),
  ...renderProblems(reply.warnings, style.wait('warning'), style),
];

/** One line per problem, with the pointer to it. */
export const renderProblems = (problems: readonly Problem[], label: string, style: Style): string[] =>
  alignColumns(
    problems.map(({ path, message, code }) => [label, style.name(path || '/'), message, style.faint(code)]),
    '  ',
  );

/** A revision with what the log added, and the document as YAML. */
export const renderPolicy = (
  policy: Omit<PolicyView, 'document'>,
  document: unknown,
  style: Style,
): string[] => [
  ...alignFacts([
    ['policy', style.strong(policy.policy_id)],
    ['kind', policy.kind],
    ['revision', String(policy.revision)],
    ['version', policy.version],
    ['hash', policy.hash],
    ['enforcement', policy.enforcement],
    ['saved', `${policy.saved_at} by ${policy.actor}`],
    ['reason', policy.reason === '' ? undefined : policy.reason],
    ['set revision', String(policy.set_revision)],
  ]),
  '',
  ...stringify(document, { aliasDuplicateObjects: false }).trimEnd().split('\n').map(visibleText),
];

export const renderPolicyList = (policies: readonly PolicySummary[], style: Style): string[] =>
  alignColumns([
    ['POLICY', 'KIND', 'REVISION', 'ENFORCEMENT', 'SAVED', 'BY'].map(style.faint),
    ...policies.map(({ policy_id, kind, revision, enforcement, saved_at, actor }) => [
      style.name(policy_id),
      kind,
      String(revision),
      enforcement === 'enforce' ? style.good(enforcement) : style.wait(enforcement),
      saved_at,
      actor,
    ]),
  ]);

export const renderChange = (style: Style): ((change: PolicyChange) => readonly string[]) => {
  return (change) => [
    change.at,
    `r${change.revision}`,
    describeChange(change),
    change.enforcement,
    change.actor,
    change.hash,
    style.faint(change.reason),
  ];
};

const describeChange = ({ change, operation, from_revision }: PolicyChange): string => {
  if (change === 'enforcement_changed') return 'enforcement';
  if (change === 'deleted') return 'deleted';
  return from_revision === undefined ? 'saved' : `${operation ?? 'save'} of r${from_revision}`;
};

/** A difference per line, as a person reads a patch. */
export const renderDifference = (change: DocumentChange, style: Style): string => {
  const { op, path, from, to } = change;
  if (op === 'add') return style.good(`+ ${path || '/'}  ${JSON.stringify(to)}`);
  if (op === 'remove') return style.bad(`- ${path || '/'}  ${JSON.stringify(from)}`);
  return style.wait(`~ ${path || '/'}  ${JSON.stringify(from)} → ${JSON.stringify(to)}`);
};
