import { NOTABLE_NOISE } from '../measure/sample.ts';
import type { Header, ScenarioResult } from './result-file.ts';
import { failureLines, goalTable, rowTables } from './scenario-table.ts';

export const headerText = (header: Header): string =>
  [
    `Edict bench · ${header.at} · ${header.commit}`,
    `${header.cpus} × ${header.cpu} · ${header.memoryGb} GB · ${header.system}`,
    `node ${header.node} · nats-server ${header.natsServer} · separate processes on loopback`,
    `${header.size} · ${header.rounds} interleaved rounds, windows of ${header.windowMs} ms after ${header.warmUpMs} ms of warm-up; medians`,
    `* reference · µs: processor time per operation · noise: processors that others used; noisy: windows above ${NOTABLE_NOISE}`,
  ].join('\n');

/** The numbers of one scenario as a person reads them. */
export const scenarioText = ({ id, title, rows, goals, notes = [] }: ScenarioResult): string =>
  [
    '',
    `${id}  ${title}`,
    '',
    ...rowTables(rows),
    '',
    ...goalTable(goals),
    ...[...failureLines(rows), ...notes].map((note) => `  ${note}`),
  ].join('\n');
