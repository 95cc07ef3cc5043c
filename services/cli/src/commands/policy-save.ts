import type { Enforcement } from '@edict/contracts';
import { tooLargeDocument } from '@edict/core';
import type { SaveOptions } from '@edict/sdk';
import { readSources, type SourceDocument } from '../input/documents.ts';
import { parseWhole } from '../input/numbers.ts';
import { renderWritten } from '../output/policy.ts';
import { visibleText } from '../output/visible.ts';
import { badInput, type Exit, refusal, type Stop } from '../stop.ts';
import { type Call, defineVerb } from '../verb.ts';
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
  run: async (call) => {
    const { args, options, printer, readStdin } = call;
    const sources = await readSources(args, readStdin);
    if (sources.length === 0) throw badInput(`no .json, .yaml or .yml file in ${args.join(', ')}`);
    if (options.expectRevision !== undefined && sources.length > 1) {
      throw badInput(`--expect-revision is about one document; ${sources.length} were given`);
    }
    const documents = sources.filter((source) => 'value' in source);
    const width = Math.max(...documents.map(({ value }) => visibleText(idOf(value)).length));
    let exit: Exit = 0;
    for (const source of sources) {
      const stop = 'unreadable' in source ? source.unreadable : await save(source, call, width);
      if (stop === undefined) continue;
      printer.stop(stop);
      exit = exit > stop.exit ? exit : stop.exit;
      if (stop.exit === 3) break;
    }
    return exit;
  },
});

/** Prints what was saved, or gives why it was not. */
const save = async (
  document: SourceDocument,
  { bus, options, printer }: Call<Options>,
  width: number,
): Promise<Stop | undefined> => {
  const tooLarge = tooLargeDocument(document.value);
  const reply =
    tooLarge === undefined
      ? await (await bus.edict()).policies.save(document.value, saveOptions(options))
      : { error: tooLarge };
  if (reply.error !== undefined) {
    return refusal({ ...reply.error, message: `${describe(document)}: ${reply.error.message}` });
  }
  printer.say(reply, (shown) => renderWritten(shown, printer.style, { width }));
  return undefined;
};

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
