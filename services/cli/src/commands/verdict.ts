import type { Commit, JournalName } from '@edict/contracts';
import { readCommits } from '../history/read-commits.ts';
import {
  createVerdictRecords,
  currentVerdict,
  type VerdictRecord,
  type Wanted,
} from '../history/verdict-records.ts';
import { parseIdentifier } from '../input/identifiers.ts';
import { parseWhole } from '../input/numbers.ts';
import { isoTimeOf, parseTimeWord } from '../input/times.ts';
import { paintEffect, type Style } from '../output/style.ts';
import { alignColumns, alignFacts, count } from '../output/table.ts';
import { renderVerdict, whoOf } from '../output/verdict.ts';
import { visible } from '../output/visible.ts';
import { badInput, type Exit, refusal } from '../stop.ts';
import { type Call, defineVerb } from '../verb.ts';

interface ListOptions {
  readonly as?: string;
  readonly since?: string;
  readonly effect?: string;
  readonly last?: number;
}

export const verdictList = defineVerb<ListOptions>({
  usage: 'verdict list',
  summary: 'the verdicts of the workspace, oldest first',
  examples: [
    'edict verdict list --as payments-bot --effect deny --since 1h',
    'edict verdict list --last 20 --json',
  ],
  options: [
    { flags: '--as <id>', help: 'about this subject' },
    { flags: '--since <time>', help: 'issued since then: ISO 8601, or how long ago' },
    { flags: '--effect <word>', help: 'with this effect', choices: ['allow', 'deny', 'escalate'] },
    { flags: '--last <n>', help: 'only the newest n', parse: parseWhole('--last', 1) },
  ],
  run: async (call) => {
    const { options, printer, now } = call;
    const since = options.since === undefined ? 0 : parseTimeWord(options.since, now());
    const { all: asked, purged } = await records(
      call,
      ({ subject }, at) => at >= since && (options.as === undefined || subject.id === options.as),
    );
    const found = asked.filter(
      (record) => options.effect === undefined || currentVerdict(record).effect === options.effect,
    );
    const shown = options.last === undefined ? found : found.slice(-options.last);
    if (printer.json) for (const record of shown) printer.say(toDocument(record), () => []);
    else printer.sayAll(shown, (records) => renderList(records, printer.style));
    for (const start of purged) printer.note(purgedBelow(start));
    printer.note(count(shown.length, 'verdict'));
    return 0;
  },
});

export const verdictShow = defineVerb<{ as?: string; type?: string }>({
  usage: 'verdict show <request-id>',
  summary: 'one verdict with every reason, and how it went on',
  examples: ['edict verdict show r-7', 'edict verdict show r-7 --as payments-bot'],
  options: [
    { flags: '--as <id>', help: 'asked by this subject, when several used the id' },
    { flags: '--type <type>', help: 'asked by a subject of this type: agent, user …' },
  ],
  run: async (call) => {
    const { args, options, globals } = call;
    const id = parseIdentifier('the request id')(args[0] ?? '');
    const { all: found, purged } = await records(
      call,
      ({ request_id, subject }) =>
        request_id === id &&
        (options.as === undefined || subject.id === options.as) &&
        (options.type === undefined || subject.type === options.type),
    );
    const [record] = found;
    if (record === undefined) {
      const asked = options.as === undefined ? '' : ` asked by ${options.as}`;
      throw refusal({
        code: 'REQUEST_NOT_FOUND',
        message: `there is no verdict on request ${id}${asked} in workspace ${globals.workspace}; \`edict verdict list\` names them${purged
          .map((start) => `; ${purgedBelow(start)}`)
          .join('')}`,
      });
    }
    if (found.length > 1) {
      throw badInput(`${found.length} subjects asked under the id ${id}; say which with --as and --type`, [
        ...found.map(({ request: { subject } }) => `--as ${subject.id} --type ${subject.type}`),
      ]);
    }
    return show(record, call);
  },
});

/** The wanted verdicts of the workspace, and where journals begin that do not reach back to their first commit. */
const records = async (call: Call<unknown>, wanted: Wanted) => {
  const verdicts = createVerdictRecords(call.globals.workspace, wanted);
  const starts = new Map<JournalName, Commit>();
  for await (const commit of readCommits(await call.bus.store(), 'verdicts')) {
    if (!starts.has(commit.journal)) starts.set(commit.journal, commit);
    verdicts.add(commit);
  }
  return { all: verdicts.all(), purged: [...starts.values()].filter(({ revision }) => revision > 1) };
};

/** A verdict that is not found may lie below. */
const purgedBelow = ({ journal, revision, entries }: Commit): string =>
  `${journal} was purged below revision ${revision}: what was decided there before ${isoTimeOf(entries[0]?.at ?? 0)} is not kept any more`;

const toDocument = (record: VerdictRecord) => {
  const { request, verdict, receipt, closed, outcome } = record;
  return { ...currentVerdict(record), request, ...(closed && { first: { ...verdict, receipt } }), outcome };
};

const show = (record: VerdictRecord, { printer }: Call<unknown>): Exit => {
  printer.say(toDocument(record), () => renderRecord(visible(record), printer.style));
  return 0;
};

const renderRecord = (record: VerdictRecord, style: Style): readonly string[] => {
  const { closed, outcome, verdict, receipt, request } = record;
  const lines = renderVerdict({ ...verdict, receipt }, request, style);
  if (closed !== undefined) {
    lines.push('', `closed ${isoTimeOf(closed.at)} (${closed.outcome})`);
    for (const line of renderVerdict({ ...closed.verdict, receipt: closed.receipt }, undefined, style))
      lines.push(line);
  }
  if (outcome !== undefined) {
    lines.push(
      '',
      ...alignFacts([
        ['outcome', `${outcome.outcome} at ${isoTimeOf(outcome.at)}`],
        ['cost', outcome.cost === undefined ? undefined : String(outcome.cost)],
        ['tokens', outcome.tokens === undefined ? undefined : String(outcome.tokens)],
      ]),
    );
  }
  return lines;
};

const renderList = (shown: readonly VerdictRecord[], style: Style): string[] =>
  alignColumns([
    ['ISSUED', 'EFFECT', 'SUBJECT', 'ACTION', 'RESOURCE', 'WHY', 'REQUEST'].map(style.faint),
    ...shown.map((record) => {
      const { request, verdict } = record;
      const now = currentVerdict(record);
      const [reason] = now.reasons;
      const effect =
        record.closed === undefined
          ? paintEffect(style, now.effect)
          : `${verdict.effect} → ${paintEffect(style, now.effect)}`;
      return [
        now.issued_at,
        effect,
        style.name(whoOf(request.subject)),
        request.action.name,
        `${request.resource.type}:${request.resource.id}`,
        reason?.code ?? '',
        style.faint(request.request_id),
      ];
    }),
  ]);
