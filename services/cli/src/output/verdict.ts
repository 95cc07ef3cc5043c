import {
  type LimitStatus,
  type Obligation,
  placeText,
  type Reason,
  type VerdictReply,
} from '@edict/contracts';
import { paintEffect, type Style } from './style.ts';
import { alignColumns, alignFacts } from './table.ts';

/** What a verdict is about, when the caller knows it. */
export interface Asked {
  readonly subject: { readonly type: string; readonly id: string };
  readonly action: { readonly name: string };
  readonly resource: { readonly type: string; readonly id: string };
}

type Shown = Omit<VerdictReply, 'receipt'> & Partial<Pick<VerdictReply, 'receipt'>>;

/** A verdict for a person: the answer first, then every reason, then what it rests on. */
export const renderVerdict = (verdict: Shown, asked: Asked | undefined, style: Style): string[] => [
  ...renderGrounds(verdict, asked, style),
  ...alignFacts(basis(verdict), '  ').map(style.faint),
];

/** The answer, every reason, and what it means for the caller: a verdict without its place in the log. */
export const renderGrounds = (verdict: Shown, asked: Asked | undefined, style: Style): string[] => [
  headline(verdict.effect, asked, style),
  ...alignColumns(
    verdict.reasons.map((reason) => reasonRow(reason, style)),
    '  ',
  ),
  ...alignColumns(
    verdict.warnings.map((warning) => [style.faint('would'), ...reasonRow(warning, style)]),
    '  ',
  ),
  ...verdict.obligations.map((obligation) => `  ${renderObligation(obligation, style)}`),
  ...alignColumns(
    verdict.limits.map((limit) => limitRow(limit, style)),
    '  ',
  ),
];

const headline = (effect: string, asked: Asked | undefined, style: Style): string => {
  const answer = style.strong(paintEffect(style, effect, effect.toUpperCase()));
  return asked === undefined ? answer : `${answer}  ${renderAsked(asked, style)}`;
};

/** `payments-bot  tool.invoke  tool:mail.send` */
const renderAsked = ({ subject, action, resource }: Asked, style: Style): string => {
  return `${style.name(whoOf(subject))}  ${action.name}  ${resource.type}:${resource.id}`;
};

/** A subject in a word: an agent's id alone, since most are agents. */
export const whoOf = ({ type, id }: Asked['subject']): string => (type === 'agent' ? id : `${type}:${id}`);

const reasonRow = (reason: Reason, style: Style): string[] => [
  paintEffect(style, reason.effect),
  reason.code,
  reason.policy_id === undefined
    ? 'edict'
    : `${reason.policy_id}${reason.revision === undefined ? '' : ` r${reason.revision}`}`,
  reason.rule ?? '',
  style.faint(reason.message),
];

const renderObligation = (obligation: Obligation, style: Style): string => {
  switch (obligation.type) {
    case 'approval':
      return [
        style.wait('approval'),
        `${obligation.approvers.join(', ')} decide under ${obligation.decision_policy}`,
        `session ${style.name(obligation.session_id)}`,
        `until ${obligation.deadline}`,
      ].join('  ');
    case 'modify':
      return `${style.wait('modify')}  the value becomes ${JSON.stringify(obligation.replace_with)}  ${place(obligation)}`;
    case 'withhold':
      return `${style.bad('withhold')}  the value is not passed on  ${place(obligation)}`;
    case 'log':
      return `${style.wait('log')}  ${place(obligation)}`;
    case 'alert':
      return `${style.wait('alert')}  limit ${obligation.limit} is exceeded  ${obligation.policy_id}`;
    case 'downgrade':
      return `${style.wait('downgrade')}  to ${obligation.to}: limit ${obligation.limit} is exceeded  ${obligation.policy_id}`;
  }
};

const place = ({ policy_id, rule }: { readonly policy_id: string; readonly rule: string }): string =>
  `${policy_id} ${rule}`;

const limitRow = (limit: LimitStatus, style: Style): string[] => [
  style.name('limit'),
  `${limit.policy_id} ${limit.limit}`,
  limit.key,
  `used ${limit.used}`,
  `reserved ${limit.reserved}`,
  limit.remaining > 0 ? `remaining ${limit.remaining}` : style.bad(`remaining ${limit.remaining}`),
  limit.retry_after_ms === null ? '' : `again in ${limit.retry_after_ms} ms`,
];

const basis = (verdict: Shown): [string, string | undefined][] => [
  ['request', verdict.request_id],
  [
    'policies',
    `set ${verdict.policies.revision}${verdict.policies.documents.length === 0 ? '' : ': '}${verdict.policies.documents
      .map(({ policy_id, revision }) => `${policy_id} r${revision}`)
      .join(', ')}`,
  ],
  [
    'reservation',
    verdict.reservation === null
      ? undefined
      : `until ${verdict.reservation.expires_at ?? 'the escalation is closed'}`,
  ],
  ['issued', verdict.issued_at],
  ['receipt', verdict.receipt === undefined ? undefined : placeText(verdict.receipt)],
];
