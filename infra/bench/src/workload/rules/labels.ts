import { ask, chunks, document, list, type RuleSet } from './rule-set.ts';

const LABELS = ['public', 'internal', 'confidential'];

/** A rule per principal. Of four requests two have labels that their principal may handle. */
export const access: RuleSet = {
  name: 'access labels',
  documents: (rules) => [
    document('guardrail', 'open', { tools: { allowed_tools: ['tool-*'] } }),
    ...chunks(list(rules, (index) => `agent-${index}`)).map((agents, index) =>
      document(
        'access',
        `part-${index}`,
        Object.fromEntries(agents.map((agent) => [agent, { labels: ['public', 'internal'] }])),
      ),
    ),
  ],
  request: (number, rules) => {
    const refused = number % 4 === 2;
    const known = number % 4 !== 3;
    const id = `agent-${known ? (number * 7_919) % rules : rules + number}`;
    const labels = refused ? LABELS : LABELS.slice(0, 2);
    const request = ask({ action: 'tool.invoke', type: 'tool', id: 'tool-1' });
    return {
      request: {
        ...request,
        subject: { type: 'agent', id },
        resource: { type: 'tool', id: 'tool-1', properties: { labels } },
      },
      effect: refused ? 'deny' : 'allow',
    };
  },
};
