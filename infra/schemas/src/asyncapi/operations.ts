import { INTAKE_VERBS, VERBS, type Verb } from '@edict/contracts';
import { CHANNELS, intakeChannel, VERB_MESSAGES } from './channels.ts';

const SUMMARIES: Readonly<Record<Verb, string>> = {
  decide: 'Decide whether a subject may do something now',
  outcome: 'Take the report of how allowed work ended',
  signal: 'Take a signal of a decision session',
  policy: 'Change policies, or answer a question about them',
};

const channel = (name: string) => ({ $ref: `#/channels/${name}` });
const messagesOf = (name: string, messages: readonly string[]) =>
  messages.map((message) => ({ $ref: `#/channels/${name}/messages/${message}` }));

const takes = (name: string, verb: Verb) => ({
  action: 'receive',
  channel: channel(name),
  summary: SUMMARIES[verb],
  messages: messagesOf(name, [VERB_MESSAGES[verb].takes]),
  reply: {
    channel: channel(`${verb}-reply`),
    messages: messagesOf(`${verb}-reply`, VERB_MESSAGES[verb].answers),
  },
});

const TOLD = ['events', 'approval-requested', 'verdict-closed', 'dead-letters'] as const;

/** What Edict does on its channels, seen from Edict: it receives requests and sends events. */
export const operations = (): Record<string, unknown> => ({
  ...Object.fromEntries(
    VERBS.flatMap((verb) => [verb, `${verb}-as`].map((name) => [name, takes(name, verb)])),
  ),
  ...Object.fromEntries(
    INTAKE_VERBS.map((verb) => {
      const name = intakeChannel(verb);
      const messages = messagesOf(name, [VERB_MESSAGES[verb].takes]);
      return [name, { action: 'receive', channel: channel(name), summary: SUMMARIES[verb], messages }];
    }),
  ),
  ...Object.fromEntries(
    TOLD.map((name) => [
      `send-${name}`,
      {
        action: 'send',
        channel: channel(name),
        summary: CHANNELS[name]?.description,
        messages: messagesOf(name, CHANNELS[name]?.messages ?? []),
      },
    ]),
  ),
});
