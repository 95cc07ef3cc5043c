import type { Enforcement } from '@edict/contracts';
import { tooLargeDocument } from '@edict/core';
import type { SaveOptions } from '@edict/sdk';
import { readDocuments, type SourceDocument } from '../input/documents.ts';
import { parseWhole } from '../input/numbers.ts';
import { renderWritten } from '../output/policy.ts';
import { visibleText } from '../output/visible.ts';
import { badInput, type Exit, refusal } from '../stop.ts';
import { defineVerb } from '../verb.ts';
import { attribution, ENFORCEMENTS, WRITE_OPTIONS, type WriteFlags } from './write-options.ts';

interface Options extends WriteFlags {
  readonly expectRevision?: number;
  readonly enforcement?: Enforcement;
}

export const policySave = defineVerb<Options>({
  usage: 'policy save <files...>',
  summary: 'save documents: files, folders, or - for standard input',
  examples: [
    'edict policy save policies/payments/limits.agents.yaml --reason "raise the budget"',
    'edict policy save policies                        every document of a folder, in order of the paths',
    'edict policy save guardrail.json --expect-revision 3   only if nobody saved it since',
  ],
  options: [
    {
      flags: '--expect-revision <n>',
      help: 'refuse unless the latest revision is this one; 0: it must be new',
      parse: parseWhole('--expect-revision', 0),
    },
    {
      flags: '--enforcement <word>',
      help: 'how it is enforced from now on (default: as before, enforce when new)',
      choices: ENFORCEMENTS,
    },
    ...WRITE_OPTIONS,
  ],
  run: async ({ args, options, bus, printer, readStdin }) => {
    const documents = await readDocuments(args, readStdin);
    if (documents.length === 0) throw badInput(`no .json, .yaml or .yml file in ${args.join(', ')}`);
    if (options.expectRevision !== undefined && documents.length > 1) {
      throw badInput(`--expect-revision is about one document; ${documents.length} were given`);
    }
    const edict = await bus.edict();
    const width = Math.max(...documents.map(({ value }) => visibleText(idOf(value)).length));
    let exit: Exit = 0;
    for (const document of documents) {
      const tooLarge = tooLargeDocument(document.value);
      const reply =
        tooLarge === undefined
          ? await edict.policies.save(document.value, saveOptions(options))
          : { error: tooLarge };
      if (reply.error === undefined) {
        printer.say(reply, (shown) => renderWritten(shown, printer.style, width));
        continue;
      }
      const stop = refusal({ ...reply.error, message: `${describe(document)}: ${reply.error.message}` });
      printer.stop(stop);
      exit = exit > stop.exit ? exit : stop.exit;
      if (stop.exit === 3) break;
    }
    return exit;
  },
});

const saveOptions = (options: Options): SaveOptions => ({
  ...attribution(options),
  ...(options.expectRevision !== undefined && { expectedRevision: options.expectRevision }),
  ...(options.enforcement !== undefined && { enforcement: options.enforcement }),
});

const describe = ({ source, value }: SourceDocument): string =>
  idOf(value) === '' ? source : `${source} (${idOf(value)})`;

const idOf = (value: unknown): string => {
  const id = typeof value === 'object' && value !== null && 'policy_id' in value ? value.policy_id : '';
  return typeof id === 'string' ? id : '';
};
