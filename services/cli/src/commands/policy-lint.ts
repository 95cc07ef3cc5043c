import { checkWholeDocument } from '@edict/core';
import { readDocuments, type SourceDocument } from '../input/documents.ts';
import { renderProblems } from '../output/policy.ts';
import type { Printer } from '../output/printer.ts';
import { count } from '../output/table.ts';
import { badInput } from '../stop.ts';
import { defineVerb } from '../verb.ts';

export const policyLint = defineVerb({
  usage: 'policy lint <files...>',
  summary: 'the check that saving does, without a server: every problem at once; exit 1 when one is refused',
  examples: ['edict policy lint policies', 'edict policy lint guardrail.yaml --json'],
  run: async ({ args, printer, readStdin }) => {
    const documents = await readDocuments(args, readStdin);
    if (documents.length === 0) throw badInput(`no .json, .yaml or .yml file in ${args.join(', ')}`);
    const refused = documents.filter((document) => !lint(document, printer)).length;
    printer.note(`${count(documents.length, 'document')}, ${refused} refused`);
    return refused === 0 ? 0 : 1;
  },
});

const lint = ({ source, value }: SourceDocument, printer: Printer): boolean => {
  const { style } = printer;
  const checked = checkWholeDocument(value);
  const problems = checked.ok ? [] : checked.problems;
  const warnings = checked.ok ? checked.warnings : [];
  printer.say({ source, ok: checked.ok, problems, warnings }, (shown) => [
    `${shown.ok ? style.good('fits') : style.bad('REFUSED')}  ${shown.source}`,
    ...renderProblems(shown.problems, style.bad('problem'), style),
    ...renderProblems(shown.warnings, style.wait('warning'), style),
  ]);
  return checked.ok;
};
