import { parseWhole } from '../input/numbers.ts';
import { isoTimeOf, parseTimeWord } from '../input/times.ts';
import { renderChange, renderDifference, renderPolicy, renderPolicyList } from '../output/policy.ts';
import { alignColumns, count } from '../output/table.ts';
import { badInput, refusal } from '../stop.ts';
import { defineVerb } from '../verb.ts';

export const policyGet = defineVerb<{ revision?: number; at?: string }>({
  usage: 'policy get <id>',
  summary: 'one policy: the latest revision, or an earlier one',
  examples: [
    'edict policy get guardrail.payments',
    'edict policy get guardrail.payments --revision 2',
    'edict policy get guardrail.payments --at 2026-11-21T09:00:00Z   or --at 15m for a while ago',
  ],
  options: [
    { flags: '--revision <n>', help: 'this revision', parse: parseWhole('--revision', 1) },
    { flags: '--at <time>', help: 'the revision that was live then' },
  ],
  run: async ({ args: [id = ''], options, bus, printer, now }) => {
    if (options.revision !== undefined && options.at !== undefined) {
      throw badInput('--revision and --at both say which revision; give one of them');
    }
    const at = options.at === undefined ? undefined : isoTimeOf(parseTimeWord(options.at, now()));
    const edict = await bus.edict();
    const policy = await edict.policies.get(id, { revision: options.revision, at });
    if (policy.error !== undefined) throw refusal(policy.error);
    printer.say(policy, (shown) => renderPolicy(shown, policy.document, printer.style));
    return 0;
  },
});

export const policyList = defineVerb({
  usage: 'policy list [prefix]',
  summary: 'the live policies, those whose id begins with the prefix',
  examples: ['edict policy list', 'edict policy list guardrail.'],
  run: async ({ args: [prefix], bus, printer }) => {
    const edict = await bus.edict();
    const list = await edict.policies.list(prefix);
    if (list.error !== undefined) throw refusal(list.error);
    printer.sayAll(list.policies, (shown) => renderPolicyList(shown, printer.style));
    printer.note(`${count(list.policies.length, 'policy', 'policies')} in set ${list.set_revision}`);
    return 0;
  },
});

export const policyHistory = defineVerb({
  usage: 'policy history <id>',
  summary: 'every change of a policy, oldest first',
  examples: ['edict policy history guardrail.payments'],
  run: async ({ args: [id = ''], bus, printer }) => {
    const edict = await bus.edict();
    const reply = await edict.policies.history(id);
    if (reply.error !== undefined) throw refusal(reply.error);
    printer.sayAll(reply.history, (shown) => alignColumns(shown.map(renderChange(printer.style))));
    return 0;
  },
});

const parseRevision = parseWhole('a revision', 1);

export const policyDiff = defineVerb({
  usage: 'policy diff <id> <a> <b>',
  summary: 'what changed between two revisions; exit 1 when something did',
  examples: ['edict policy diff guardrail.payments 1 2'],
  run: async ({ args: [id = '', a = '', b = ''], bus, printer }) => {
    const [from, to] = [parseRevision(a), parseRevision(b)];
    const edict = await bus.edict();
    const diff = await edict.policies.diff(id, from, to);
    if (diff.error !== undefined) throw refusal(diff.error);
    printer.say(diff, ({ changes }) => changes.map((change) => renderDifference(change, printer.style)));
    if (diff.changes.length === 0) printer.note(`${id}: revisions ${a} and ${b} are equal`);
    return diff.changes.length === 0 ? 0 : 1;
  },
});
