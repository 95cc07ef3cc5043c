import {
  anchorAddress,
  boundAddress,
  deadAddress,
  eventAddress,
  INTAKE_VERBS,
  type IntakeVerb,
  intakeAddress,
  journalAddress,
  notifyAddress,
  STREAMS,
  snapshotAddress,
  VERBS,
  type Verb,
  verbAddress,
} from '@edict/contracts';
import { addressTemplate, parametersOf } from './address-template.ts';
import { streamFacts } from './streams.ts';

/** What a channel carries: names of messages. */
export interface Channel {
  readonly address: string | null;
  readonly description: string;
  readonly messages: readonly string[];
  /** The stream that stores it, if any. */
  readonly stream?: string;
}

/** What each verb takes and answers. */
export const VERB_MESSAGES: Readonly<
  Record<Verb, { readonly takes: string; readonly answers: readonly string[] }>
> = {
  decide: { takes: 'decision-request', answers: ['verdict-reply', 'error-reply'] },
  outcome: { takes: 'outcome-report', answers: ['outcome-reply', 'error-reply'] },
  signal: { takes: 'signal', answers: ['signal-acknowledgement', 'error-reply'] },
  policy: {
    takes: 'policy-command',
    answers: [
      'policy-change-reply',
      'workspace-change-reply',
      'policy-view',
      'policy-list',
      'policy-history',
      'policy-diff',
      'policy-refusal',
    ],
  },
};

const requests = (): [string, Channel][] =>
  VERBS.flatMap((verb): [string, Channel][] => {
    const { takes, answers } = VERB_MESSAGES[verb];
    return [
      [
        verb,
        {
          address: addressTemplate((parameter) => verbAddress(verb, parameter('workspace'))),
          description: 'For callers that speak for others: gateways and enforcement points.',
          messages: [takes],
        },
      ],
      [
        `${verb}-as`,
        {
          address: addressTemplate((parameter) =>
            boundAddress(parameter('agent'), verb, parameter('workspace')),
          ),
          description: 'For an agent with its own credentials: the address is its identity.',
          messages: [takes],
        },
      ],
      [
        `${verb}-reply`,
        {
          address: null,
          description: 'The reply address of the request; it must begin with _INBOX.',
          messages: answers,
        },
      ],
    ];
  });

/** Names of the channels that lead to the intake. */
export const intakeChannel = (verb: IntakeVerb): string => `intake-${verb}`;

const intake = (): [string, Channel][] =>
  INTAKE_VERBS.map((verb) => [
    intakeChannel(verb),
    {
      address: addressTemplate((parameter) => intakeAddress(verb, parameter('workspace'))),
      description:
        'When nobody waits: the stream keeps the message until it is answered. For callers that speak for others. The broker acknowledges that it is stored; the answer comes on the feed.',
      messages: [VERB_MESSAGES[verb].takes],
      stream: STREAMS.intake,
    },
  ]);

const told = (): [string, Channel][] => [
  [
    'events',
    {
      address: addressTemplate((parameter) => eventAddress(parameter('workspace'), parameter('type'))),
      description: 'The public feed: everything that happened. Drop repeats by the id of an event.',
      messages: ['event-batch'],
      stream: STREAMS.events,
    },
  ],
  ...(['approval-requested', 'verdict-closed'] as const).map((message): [string, Channel] => [
    message,
    {
      address: addressTemplate((parameter) =>
        notifyAddress(parameter('workspace'), parameter('participant'), message.replace('-', '.')),
      ),
      description: 'A notice to one of those concerned: live, not stored.',
      messages: [message],
    },
  ]),
  [
    'dead-letters',
    {
      address: addressTemplate((parameter) => deadAddress(parameter('workspace'), parameter('consumer'))),
      description: 'Messages that could be neither handled nor answered, as they came.',
      messages: ['dead-letter'],
      stream: STREAMS.dead,
    },
  ],
];

const journals = (): [string, Channel][] =>
  (['policies', 'verdicts', 'sessions'] as const).map((kind) => [
    `journal-${kind}`,
    {
      address: addressTemplate((parameter) =>
        journalAddress(`${kind}.${parameter(kind === 'policies' ? 'workspace' : 'partition')}`),
      ),
      description: 'Commits, to be read for audits. Only their owner may write here.',
      messages: ['commit'],
      stream: STREAMS[kind],
    },
  ]);

const anchors = (): [string, Channel][] => [
  [
    'anchors',
    {
      address: addressTemplate((parameter) => anchorAddress(`verdicts.${parameter('partition')}`)),
      description:
        'The last known head of each journal, of policies and sessions alike. Only owners of journals may write here.',
      messages: ['anchor'],
      stream: STREAMS.anchors,
    },
  ],
  [
    'snapshots',
    {
      address: addressTemplate((parameter) =>
        snapshotAddress(`verdicts.${parameter('partition')}`, parameter('snapshot')),
      ),
      description:
        'States of journals, frame by frame, of sessions alike. Only owners of journals may write here; a commit names each with its hash.',
      messages: ['snapshot-frame'],
      stream: STREAMS.snapshots,
    },
  ],
];

/** Every channel by its name. Addresses between the services themselves are left out: nobody else may use them. */
export const CHANNELS: Readonly<Record<string, Channel>> = Object.fromEntries([
  ...requests(),
  ...intake(),
  ...told(),
  ...journals(),
  ...anchors(),
]);

/** A channel as AsyncAPI writes it. */
export const channelObject = ({ address, description, messages, stream }: Channel) => ({
  address,
  description,
  ...(address !== null && { parameters: parametersOf(address) }),
  messages: Object.fromEntries(messages.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
  ...(stream !== undefined && { 'x-edict-stream': streamFacts(stream) }),
});
