import { ask, chunks, document, list, type RuleSet } from './rule-set.ts';

interface Lists {
  readonly name: string;
  readonly action: string;
  readonly type: string;
  readonly section: (lists: { allowed?: readonly string[]; blocked?: readonly string[] }) => object;
  readonly pattern: (side: 'ok' | 'no', index: number) => string;
  /** A resource that the pattern of that number matches, and no other. */
  readonly id: (side: 'ok' | 'no', index: number) => string;
}

/** Half of the rules allow, the others block. Of four requests two are allowed, one is blocked, one is on no list. */
const guardrailSet = ({ name, action, type, section, pattern, id }: Lists): RuleSet => ({
  name,
  documents: (rules) => [
    // One list, because every list of what is allowed has to hold the resource.
    document('guardrail', 'allowed', section({ allowed: list(rules / 2, (index) => pattern('ok', index)) })),
    ...chunks(list(rules / 2, (index) => pattern('no', index))).map((blocked, index) =>
      document('guardrail', `blocked-${index}`, section({ blocked })),
    ),
  ],
  request: (number, rules) => {
    // A step that shares no factor with the sizes visits all rules.
    const index = (number * 7_919) % (rules / 2);
    const which = number % 4;
    if (which === 3) return { request: ask({ action, type, id: id('ok', rules + index) }), effect: 'deny' };
    if (which === 2) return { request: ask({ action, type, id: id('no', index) }), effect: 'deny' };
    return { request: ask({ action, type, id: id('ok', index) }), effect: 'allow' };
  },
});

const toolSection: Lists['section'] = ({ allowed, blocked }) => ({
  tools: { ...(allowed && { allowed_tools: allowed }), ...(blocked && { blocked_tools: blocked }) },
});

export const toolSet = (name: string, of: (part: string) => { pattern: string; id: string }): RuleSet =>
  guardrailSet({
    name,
    action: 'tool.invoke',
    type: 'tool',
    section: toolSection,
    pattern: (side, index) => of(`${side}-${index}`).pattern,
    id: (side, index) => of(`${side}-${index}`).id,
  });

/** Exact names, prefixes, suffixes and infixes at once. */
export const mixed = (part: string): { pattern: string; id: string } => {
  switch (Number(part.slice(3)) % 5) {
    case 0:
      return { pattern: `pre-${part}-*`, id: `pre-${part}-run` };
    case 1:
      return { pattern: `*-${part}-suf`, id: `run-${part}-suf` };
    case 2:
      return { pattern: `*/${part}/*`, id: `a/${part}/b` };
    default:
      return { pattern: `tool-${part}.run`, id: `tool-${part}.run` };
  }
};

export const domains = guardrailSet({
  name: 'domains',
  action: 'net.connect',
  type: 'domain',
  section: ({ allowed, blocked }) => ({
    permissions: {
      network: {
        enabled: true,
        ...(allowed && { allowed_domains: allowed }),
        ...(blocked && { blocked_domains: blocked }),
      },
    },
  }),
  pattern: (side, index) => (index % 2 === 0 ? `*.d${side}${index}.example` : `d${side}${index}.example`),
  id: (side, index) => (index % 2 === 0 ? `api.d${side}${index}.example` : `d${side}${index}.example`),
});

export const capabilities = guardrailSet({
  name: 'capabilities',
  action: 'capability.use',
  type: 'capability',
  section: ({ allowed, blocked }) => ({
    capabilities: {
      ...(allowed && { allowed_capabilities: allowed }),
      ...(blocked && { blocked_capabilities: blocked }),
    },
  }),
  pattern: (side, index) => (index % 2 === 0 ? `app:${side}-${index}:*` : `app:*:${side}-${index}`),
  id: (side, index) => (index % 2 === 0 ? `app:${side}-${index}:read` : `app:read:${side}-${index}`),
});
