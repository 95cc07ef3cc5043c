import { statSync } from 'node:fs';
import { JOURNAL_KINDS } from '@edict/contracts';
import { storePaths } from '@edict/nats';
import { readStates } from '../connection/state-file.ts';
import type { LostMessage } from '../history/store-reader.ts';
import { type ChainReport, createChainWalk } from '../history/verify-chain.ts';
import type { Style } from '../output/style.ts';
import { alignColumns, count } from '../output/table.ts';
import { badInput } from '../stop.ts';
import { defineVerb } from '../verb.ts';

export const auditVerify = defineVerb<{ readonly data?: string }>({
  usage: 'audit verify',
  summary: 'walk every hash chain up to its anchor; name the first commit that does not fit or is missing',
  examples: ['edict audit verify', 'edict audit verify --json', 'edict audit verify --data ./edict-data'],
  options: [
    {
      flags: '--data <folder>',
      help: 'the store folder whose anchor file counts too (default: those of running `edict up`)',
    },
  ],
  everyWorkspace: true,
  run: async ({ options, config, bus, printer }) => {
    if (options.data !== undefined && !statSync(options.data, { throwIfNoEntry: false })?.isDirectory()) {
      throw badInput(`--data is ${options.data === '' ? 'empty' : options.data}; there is no such folder`);
    }
    const store = await bus.store();
    // Before anything is read: what is anchored meanwhile may be newer than what was read.
    const folders =
      options.data === undefined ? readStates(config.stateDir).map(({ data }) => data) : [options.data];
    const anchors = await store.anchors(folders);
    if (options.data !== undefined && !anchors.some(({ place }) => isIn(place, options.data ?? ''))) {
      printer.note(`there are no anchors of this deployment in ${options.data}`);
    }
    const counted = await Promise.all(JOURNAL_KINDS.map((kind) => store.counts(kind)));
    const walk = createChainWalk({ counts: new Map(counted.flatMap((some) => [...some])), anchors });
    const lost: LostMessage[] = [];
    for (const kind of JOURNAL_KINDS) {
      for await (const message of store.commits(kind, { onLost: (one) => lost.push(one) })) walk.add(message);
    }
    const reports = walk.reports();
    printer.sayAll(reports, (shown) => render(shown, printer.style));
    for (const one of lost) printer.say({ lost: one }, (shown) => [renderLost(shown.lost, printer.style)]);
    const broken = reports.filter((report) => report.broken !== null).length;
    const commits = reports.reduce((sum, report) => sum + report.commits, 0);
    printer.note(`${count(commits, 'commit')} in ${count(reports.length, 'journal')}, ${broken} broken`);
    return broken === 0 && lost.length === 0 ? 0 : 1;
  },
});

const isIn = (path: string, folder: string): boolean => path === storePaths(folder).anchors;

/** Whose commit it was cannot be known; the chain that misses one says so by itself. */
const renderLost = ({ stream, sequence, why }: LostMessage, style: Style): string =>
  `${style.bad('LOST')}  message ${sequence} of ${stream} cannot be read: ${why}`;

const render = (reports: readonly ChainReport[], style: Style): string[] =>
  alignColumns(
    reports.map(({ journal, from, commits, hash, broken }) => [
      broken === null ? style.good('whole') : style.bad('BROKEN'),
      style.name(journal),
      from === 1 ? count(commits, 'commit') : `${count(commits, 'commit')} from revision ${from}, retained`,
      broken === null
        ? style.faint(hash)
        : `${journal}/${broken.revision} ${broken.code === 'JOURNAL_TRUNCATED' ? 'is missing' : 'does not fit'}: ${broken.why}`,
    ]),
  );
