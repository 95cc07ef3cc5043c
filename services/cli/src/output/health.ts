import type { HealthReport } from '@edict/contracts';
import type { Style } from './style.ts';
import { alignColumns, alignFacts, count } from './table.ts';

/** A process per paragraph: who it is, what it promises, what it owns, how far its views are. */
export const renderHealth = (report: HealthReport, style: Style): string[] => [
  `${report.ok ? style.good('up') : style.bad('NOT WELL')}  ${style.strong(report.services.join(', '))}  ${style.faint(report.incarnation)}`,
  ...report.problems.map((problem) => `  ${style.bad('problem')}  ${problem}`),
  ...alignFacts(
    [
      ['since', report.started_at],
      ['deployment', report.deployment],
      ['durability', report.durability],
      ['freezes', report.frozen_members],
      ['owns', report.journals.length === 0 ? undefined : count(report.journals.length, 'journal')],
    ],
    '  ',
  ),
  ...alignColumns(
    report.journals.map(({ journal, status, revision, queued, state_hash }) => [
      style.name(journal),
      status === 'ready' ? style.good(status) : style.wait(status),
      `revision ${revision}`,
      queued === 0 ? '' : `${queued} waiting`,
      style.faint(state_hash ?? ''),
    ]),
    '    ',
  ),
  ...alignColumns(
    report.views.map(({ view, lag }) => [
      'view',
      style.name(view),
      lag === 0 ? style.good('up to date') : style.wait(`${count(lag, 'message')} behind`),
    ]),
    '  ',
  ),
  ...alignColumns(
    report.intake.map(({ verb, waiting, taken }) => [
      'intake',
      style.name(verb),
      waiting + taken === 0
        ? style.good('empty')
        : style.wait(`${waiting} waiting, ${taken} taken or to be tried again`),
    ]),
    '  ',
  ),
];
