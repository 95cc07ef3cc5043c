import { alignFacts } from '../output/table.ts';
import { badInput, refusal } from '../stop.ts';
import { defineVerb } from '../verb.ts';
import { attribution, WRITE_OPTIONS, type WriteFlags } from './write-options.ts';

export const workspaceSet = defineVerb<WriteFlags>({
  usage: 'workspace set <setting> <value>',
  summary: 'ungoverned allow|deny: what holds when no policy speaks about a request',
  examples: [
    'edict workspace set ungoverned deny',
    'edict workspace set ungoverned allow --workspace sandbox',
  ],
  options: WRITE_OPTIONS,
  run: async ({ args: [setting = '', value = ''], options, globals, bus, printer }) => {
    if (setting !== 'ungoverned')
      throw badInput(`there is no setting ${setting}; the settings are: ungoverned`);
    if (value !== 'allow' && value !== 'deny')
      throw badInput(`ungoverned is ${value}; it must be allow or deny`);
    const edict = await bus.edict();
    const reply = await edict.policies.setWorkspace({ ungoverned: value }, attribution(options));
    if (reply.error !== undefined) throw refusal(reply.error);
    printer.say({ ...reply, workspace: globals.workspace }, ({ workspace, ungoverned, set_revision }) =>
      alignFacts([
        ['workspace', workspace],
        ['ungoverned', ungoverned],
        ['set revision', String(set_revision)],
      ]),
    );
    return 0;
  },
});

export const workspaceShow = defineVerb({
  usage: 'workspace show',
  summary: 'the settings of a workspace',
  examples: ['edict workspace show', 'edict workspace show --workspace sandbox --json'],
  run: async ({ globals, bus, printer }) => {
    const edict = await bus.edict();
    const list = await edict.policies.list();
    if (list.error !== undefined) throw refusal(list.error);
    const { ungoverned, set_revision, policies } = list;
    printer.say(
      { workspace: globals.workspace, ungoverned, set_revision, policies: policies.length },
      (shown) =>
        alignFacts([
          ['workspace', printer.style.strong(shown.workspace)],
          ['ungoverned', shown.ungoverned],
          ['set revision', String(shown.set_revision)],
          ['policies', String(shown.policies)],
        ]),
    );
    return 0;
  },
});
