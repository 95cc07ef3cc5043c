import { capabilities, domains, mixed, toolSet } from './guardrails.ts';
import { conditions, globs, hookSet, questionMarks, TWENTY } from './hooks.ts';
import { access } from './labels.ts';
import type { RuleSet } from './rule-set.ts';

export const TWENTY_MATCHES = '20 matching rules, 3 conditions';

export const RULE_SETS: readonly RuleSet[] = [
  toolSet('exact tools', (part) => ({ pattern: `tool-${part}.run`, id: `tool-${part}.run` })),
  toolSet('prefixes', (part) => ({ pattern: `tool-${part}.*`, id: `tool-${part}.run` })),
  toolSet('suffixes', (part) => ({ pattern: `*.tool-${part}`, id: `run.tool-${part}` })),
  toolSet('infixes', (part) => ({ pattern: `*/${part}/*`, id: `a/${part}/b` })),
  toolSet('one prefix and suffix, other infixes', (part) => ({
    pattern: `app.*.${part}.*.run`,
    id: `app.a.${part}.b.run`,
  })),
  toolSet('infixes beside a longer one that all have', (part) => ({
    pattern: `*/tenants-of-one-region/*/${part}/*`,
    id: `a/tenants-of-one-region/b/${part}/c`,
  })),
  toolSet('all kinds of tools on one action', mixed),
  domains,
  capabilities,
  hookSet(globs),
  hookSet(questionMarks),
  access,
  hookSet(conditions),
  hookSet({ ...globs, name: TWENTY_MATCHES }, TWENTY),
];
