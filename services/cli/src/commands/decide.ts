import type { DecisionRequest } from '@edict/contracts';
import { type CallOptions, createEngine, type DecisionReply, type Engine } from '@edict/sdk';
import { parseObjectFlag, type RequestFlags, requestFrom } from '../input/decision-request.ts';
import { readDocument, readDocuments } from '../input/documents.ts';
import { parseWhole } from '../input/numbers.ts';
import { renderVerdict } from '../output/verdict.ts';
import { visible } from '../output/visible.ts';
import { badInput, refusal } from '../stop.ts';
import { type Call, defineVerb } from '../verb.ts';

interface Options extends RequestFlags {
  readonly local?: string;
  readonly timeout?: number;
}

export const decide = defineVerb<Options>({
  usage: 'decide [file]',
  summary: 'ask for a decision: exit 0 allowed, 1 denied or escalated',
  examples: [
    'edict decide --as payments-bot --action tool.invoke --resource tool:mail.send',
    'edict decide --as payments-bot --action tool.invoke --resource tool:ledger.transfer --context \'{"amount": 5000}\'',
    'edict decide request.json                          or - for standard input',
    'edict decide request.json --local policies         in process, without a server',
  ],
  options: [
    { flags: '--as <id>', help: 'who asks' },
    { flags: '--type <type>', help: 'what kind of subject it is (default: agent)' },
    { flags: '--action <name>', help: 'what is to be done: tool.invoke, net.connect, data.read …' },
    {
      flags: '--resource <type:id>',
      help: 'to what: tool:mail.send, domain:bank.example, key:users/7/email …',
    },
    { flags: '--context <json>', help: 'an object of further facts', parse: parseObjectFlag('--context') },
    { flags: '--properties <json>', help: 'of the subject', parse: parseObjectFlag('--properties') },
    {
      flags: '--request-id <id>',
      help: 'asked again under the same id: the same answer (default: a new one)',
    },
    {
      flags: '--at-least-revision <n>',
      help: 'under this set of policies or a later one',
      parse: parseWhole('--at-least-revision', 0),
    },
    {
      flags: '--timeout <ms>',
      help: 'how long to wait (default: 5000)',
      parse: parseWhole('--timeout', 1, 600_000),
    },
    { flags: '--local <folder>', help: 'decide in process under the policies of a folder' },
  ],
  run: async (call) => {
    const request = await readRequest(call);
    const reply = await ask(call, request);
    if (reply.error !== undefined) throw refusal(reply.error);
    call.printer.say(reply, (shown) => renderVerdict(shown, visible(request), call.printer.style));
    return reply.decision ? 0 : 1;
  },
});

const readRequest = async ({ args: [file], options, readStdin }: Call<Options>): Promise<DecisionRequest> => {
  if (file === undefined) return requestFrom(undefined, options);
  const both = (['as', 'type', 'action', 'resource', 'context', 'properties'] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (both.length > 0) throw badInput(`${file} is a whole request; leave out --${both.join(', --')}`);
  return requestFrom(await readDocument(file, readStdin), options);
};

const ask = async (call: Call<Options>, request: DecisionRequest): Promise<DecisionReply> => {
  const { options, bus } = call;
  const wait: CallOptions = options.timeout === undefined ? {} : { timeoutMs: options.timeout };
  if (options.local !== undefined)
    return askLocally(options.local, call, (engine) => engine.decide(request, wait));
  return await (await bus.edict()).decide(request, wait);
};

/** In process, under the documents of a folder as if they had just been saved in order; nothing is kept. */
const askLocally = async <T>(
  folder: string,
  { globals, readStdin }: Call<Options>,
  question: (engine: Engine) => Promise<T>,
): Promise<T> => {
  const documents = await readDocuments([folder], readStdin);
  const engine = await createEngine({ workspace: globals.workspace });
  try {
    for (const { source, value } of documents) {
      const saved = await engine.policies.save(value);
      if (saved.error !== undefined) {
        throw refusal({ ...saved.error, message: `${source}: ${saved.error.message}` });
      }
    }
    return await question(engine);
  } finally {
    await engine.close();
  }
};
