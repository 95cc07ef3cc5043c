import { type CheckedDocument, checkWholeDocument } from '@edict/core';
import { readSources, type Source, type UnreadableSource } from '../input/documents.ts';
import { renderProblems } from '../output/policy.ts';
import type { Printer } from '../output/printer.ts';
import { count } from '../output/table.ts';
import { badInput } from '../stop.ts';
import { defineVerb } from '../verb.ts';

export const policyLint = defineVerb({
  usage: 'policy lint <files...>',
  summary:
    'the check that saving does, without a server: every problem at once; exit 1 when one is refused, 2 when one cannot be read',
  examples: ['edict policy lint policies', 'edict policy lint guardrail.yaml --json'],
  run: async ({ args, printer, readStdin }) => {
    const sources = await readSources(args, readStdin);
    if (sources.length === 0) throw badInput(`no .json, .yaml or .yml file in ${args.join(', ')}`);
    const refused = sources.filter((source) => !lint(source, printer)).length;
    printer.note(`${count(sources.length, 'document')}, ${refused} refused`);
    if (sources.some((source) => 'unreadable' in source)) return 2;
    return refused === 0 ? 0 : 1;
  },
});

const lint = (from: Source, printer: Printer): boolean => {
  const { style } = printer;
  const { source } = from;
  const checked = 'unreadable' in from ? unread(from) : checkWholeDocument(from.value);
  const problems = checked.ok ? [] : checked.problems;
  const warnings = checked.ok ? checked.warnings : [];
  printer.say({ source, ok: checked.ok, problems, warnings }, (shown) => [
    `${shown.ok ? style.good('fits') : style.bad('REFUSED')}  ${shown.source}`,
    ...renderProblems(shown.problems, style.bad('problem'), style),
    ...renderProblems(shown.warnings, style.wait('warning'), style),
  ]);
  return checked.ok;
};

const unread = ({ unreadable: { message, details } }: UnreadableSource): CheckedDocument => ({
  ok: false,
  problems: [{ code: details.code, path: details.path ?? '', message }],
});
