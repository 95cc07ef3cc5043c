import { BOUNDS, type GuardrailRules, parseDuration } from '@edict/contracts';
import { conditionOf } from '../conditions/condition-of.ts';
import type { LiveDocument } from '../rules/compiled-document.ts';
import type { Approval } from '../rules/rule.ts';
import type { SetBuilder } from '../rules/set-builder.ts';
import { compileModelProviders } from './model-providers.ts';
import { compileNetworkGates } from './network-gates.ts';
import { sayingsOf } from './sayings.ts';
import { type Section, sectionsOf } from './sections.ts';
import { SHUT } from './shut-actions.ts';

export const compileGuardrail = (live: LiveDocument, into: SetBuilder): void => {
  const rules = live.document.rules as GuardrailRules;
  const network = rules.permissions?.network;
  if (network !== undefined) compileNetworkGates(network, into);
  into.shuts(SHUT);
  for (const section of sectionsOf(rules)) compileSection(live, section, into);
  compileModelProviders(rules.models, into);
};

const compileSection = (live: LiveDocument, section: Section, into: SetBuilder): void => {
  const { names, allowed, blocked } = section;
  const { speaks, blocks, denies, allows } = sayingsOf(names);
  into.speaks(names.action, speaks);
  into.match(names.action, { patterns: blocked, source: blocks });
  into.allowOnly(names.action, allowed, denies, allows);
  compileApprovals(live, section, into);
};

const compileApprovals = (live: LiveDocument, { names, approvals }: Section, into: SetBuilder): void => {
  for (const [index, entry] of approvals.entries()) {
    const rule = `${names.place}.require_approval[${index}]`;
    const approval: Approval = {
      policy_id: live.policy_id,
      revision: live.revision,
      rule,
      decision_policy: entry.decision_policy,
      approvers: entry.approvers,
      within_ms: parseDuration(entry.within ?? '') ?? BOUNDS.escalationWithinMs,
    };
    into.match(names.action, {
      patterns: [entry.pattern],
      condition: conditionOf(entry.when),
      approval,
      source: {
        rule,
        code: `${names.code}.requires_approval`,
        effect: 'escalate',
        describe: (value, pattern) =>
          `The ${names.noun} ${value} needs approval under ${entry.decision_policy}: ${rule} has ${pattern}.`,
      },
    });
  }
};
