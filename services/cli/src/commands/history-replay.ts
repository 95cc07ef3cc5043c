import { JOURNAL_KINDS, type JournalKind } from '@edict/contracts';
import { stringify } from 'yaml';
import { readStates } from '../connection/state-file.ts';
import { type MissingEnd, missingEnds } from '../history/missing-ends.ts';
import type { Difference, Replayed, Until } from '../history/replay.ts';
import { replayStore } from '../history/replay-store.ts';
import { replayPlanFrom } from '../input/replay-plan.ts';
import type { Style } from '../output/style.ts';
import { alignFacts, count } from '../output/table.ts';
import { badInput } from '../stop.ts';
import { defineVerb } from '../verb.ts';

/** Longer states are for machines. */
const STATE_LINES = 40;

export const historyReplay = defineVerb<{ kind?: JournalKind; to?: string }>({
  usage: 'history replay',
  summary:
    'rebuild state from the first event and print it with its hash; exit 1 when a verdict comes out otherwise or an anchored end is missing',
  examples: [
    'edict history replay --kind verdicts',
    'edict history replay --to verdicts.3/1207     one journal as it was at that commit',
    'edict history replay --to 2026-11-21T09:00:00Z --json',
  ],
  options: [
    { flags: '--kind <kind>', help: 'only these journals', choices: JOURNAL_KINDS },
    { flags: '--to <place>', help: 'stop after JOURNAL/REVISION, or at a time' },
  ],
  everyWorkspace: true,
  run: async ({ options, config, bus, printer, now }) => {
    const plan = replayPlanFrom(options, now());
    const store = await bus.store();
    // Before anything is read: what is anchored meanwhile may be newer than what was read.
    const anchors =
      options.to === undefined
        ? await store.anchors(readStates(config.stateDir).map(({ data }) => data))
        : [];
    const replayed = await replayStore(store, plan);
    const [first] = replayed;
    const wanted = plan.until.revision;
    if (plan.journal !== undefined && (first === undefined || first.revision < (wanted ?? 0))) {
      const last = first === undefined ? 'does not exist' : `ends at revision ${first.revision}`;
      throw badInput(`there is no ${plan.journal}/${wanted}: the journal ${last}`);
    }
    for (const { journal, began } of replayed) {
      if (began === null || !liesBefore(plan.until, began)) continue;
      throw badInput(
        `${journal} cannot be rebuilt as it was then: it was purged, and the earliest state that is kept is that after revision ${began.revision} (${began.at})`,
      );
    }
    for (const one of replayed) printer.say(one, (shown) => render(shown, printer.style));
    const missing = missingEnds(plan.kinds, replayed, anchors);
    for (const one of missing) {
      printer.say({ missing: one }, (shown) => [renderMissing(shown.missing, printer.style)]);
    }
    const sum = (of: (one: Replayed) => number): number =>
      replayed.reduce((total, one) => total + of(one), 0);
    const differing = sum(({ differences }) => differences.length);
    printer.note(
      `${count(
        sum(({ events }) => events),
        'event',
      )} in ${count(replayed.length, 'journal')}; ` +
        `${count(
          sum(({ rederived }) => rederived),
          'decision',
        )} made again, ${differing} different`,
    );
    return differing === 0 && missing.length === 0 ? 0 : 1;
  },
});

const liesBefore = ({ revision, time }: Until, began: NonNullable<Replayed['began']>): boolean =>
  (revision !== undefined && revision < began.revision) ||
  (time !== undefined && time < Date.parse(began.at));

const render = (one: Replayed, style: Style): string[] => {
  const lines = stringify(one.state, { aliasDuplicateObjects: false }).trimEnd().split('\n');
  const rest = lines.length - STATE_LINES;
  return [
    style.strong(style.name(one.journal)),
    ...alignFacts(
      [
        ['revision', String(one.revision)],
        [
          'from',
          one.began === null
            ? undefined
            : `the checkpoint after revision ${one.began.revision} (${one.began.at}); what lies below was purged`,
        ],
        ['state hash', one.state_hash],
        ['head', one.head],
        ['folded', `${count(one.events, 'event')} of ${count(one.entries, 'command')}`],
        [
          'decided again',
          one.rederived === 0
            ? undefined
            : `${one.rederived}, ${one.differences.length === 0 ? style.good('all equal') : style.bad(`${one.differences.length} different`)}`,
        ],
      ],
      '  ',
    ),
    ...one.differences.flatMap((difference) => renderDifference(difference, style)),
    '  state',
    ...lines.slice(0, STATE_LINES).map((line) => `    ${line}`),
    ...(rest > 0 ? [style.faint(`    … ${count(rest, 'further line')}; --json has all of it`)] : []),
  ];
};

const renderMissing = ({ journal, revision, why }: MissingEnd, style: Style): string =>
  `${style.bad('BROKEN')}  ${style.name(journal)}  ${journal}/${revision} is missing: ${why}`;

const renderDifference = ({ commit, entry, recorded, derived }: Difference, style: Style): string[] => [
  `  ${style.bad('different')}  ${commit}  ${entry}`,
  `    recorded  ${JSON.stringify(recorded)}`,
  `    now       ${JSON.stringify(derived)}`,
];
