import type { Enforcement, PolicyChangeReply } from '@edict/contracts';
import type { Reply } from '@edict/sdk';
import { parseWhole } from '../input/numbers.ts';
import { renderWritten } from '../output/policy.ts';
import type { Printer } from '../output/printer.ts';
import { badInput, type Exit, refusal } from '../stop.ts';
import { defineVerb } from '../verb.ts';
import { attribution, ENFORCEMENTS, WRITE_OPTIONS, type WriteFlags } from './write-options.ts';

const show = (reply: Reply<PolicyChangeReply>, printer: Printer, said: { done?: string } = {}): Exit => {
  if (reply.error !== undefined) throw refusal(reply.error);
  printer.say(reply, (shown) => renderWritten(shown, printer.style, said));
  return 0;
};

export const policyRollback = defineVerb<WriteFlags>({
  usage: 'policy rollback <id> <revision>',
  summary: 'an earlier revision again, as a new one',
  examples: ['edict policy rollback guardrail.payments 2 --reason "revision 3 blocked payroll"'],
  options: WRITE_OPTIONS,
  run: async ({ args: [id = '', revision = ''], options, bus, printer }) => {
    const to = parseWhole('the revision', 1)(revision);
    return show(await (await bus.edict()).policies.rollback(id, to, attribution(options)), printer);
  },
});

export const policyDelete = defineVerb<WriteFlags>({
  usage: 'policy delete <id>',
  summary: 'take a policy out of force; its history stays, restore brings it back',
  examples: ['edict policy delete guardrail.payments --reason "replaced by guardrail.ledger"'],
  options: WRITE_OPTIONS,
  run: async ({ args: [id = ''], options, bus, printer }) =>
    show(await (await bus.edict()).policies.delete(id, attribution(options)), printer),
});

export const policyRestore = defineVerb<WriteFlags>({
  usage: 'policy restore <id>',
  summary: 'bring a deleted policy back, as a new revision',
  examples: ['edict policy restore guardrail.payments'],
  options: WRITE_OPTIONS,
  run: async ({ args: [id = ''], options, bus, printer }) =>
    show(await (await bus.edict()).policies.restore(id, attribution(options)), printer),
});

export const policyEnforcement = defineVerb<WriteFlags>({
  usage: 'policy enforcement <id> <word>',
  summary: 'enforce, warn, audit or off: whether a policy restricts or only reports',
  examples: [
    'edict policy enforcement guardrail.payments audit',
    'edict policy enforcement guardrail.payments enforce',
  ],
  options: WRITE_OPTIONS,
  run: async ({ args: [id = '', word = ''], options, bus, printer }) => {
    const enforcement = ENFORCEMENTS.find((known): known is Enforcement => known === word);
    if (enforcement === undefined) {
      throw badInput(`the enforcement is ${word}; it must be one of ${ENFORCEMENTS.join(', ')}`);
    }
    const edict = await bus.edict();
    const reply = await edict.policies.setEnforcement(id, enforcement, attribution(options));
    return show(reply, printer, { done: 'set' });
  },
});
