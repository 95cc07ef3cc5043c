import { BOUNDS, type GuardrailRules, parseDuration } from '@edict/contracts';
import { conditionOf } from '../conditions/condition-of.ts';
import type { LiveDocument } from '../rules/compiled-document.ts';
import type { Approval } from '../rules/rule.ts';
import type { SetBuilder } from '../rules/set-builder.ts';
import { compileModelProviders } from './model-providers.ts';
import { compileNetworkGates } from './network-gates.ts';
import { NETWORK, type Section, sectionsOf } from './sections.ts';

export const compileGuardrail = (live: LiveDocument, into: SetBuilder): void => {
  const rules = live.document.rules as GuardrailRules;
  const network = rules.permissions?.network;
  if (network === undefined) missingNetwork(live, into);
  else compileNetworkGates(network, into);
  missingFilesystem(live, into);
  for (const section of sectionsOf(rules)) compileSection(live, section, into);
  compileModelProviders(rules.models, into);
};

const compileSection = (live: LiveDocument, section: Section, into: SetBuilder): void => {
  const { names, allowed, blocked } = section;
  const { place, action, code, noun } = names;
  into.speaks(action, {
    rule: place,
    code: `${code}.allowed`,
    effect: 'allow',
    describe: (value) => `The ${noun} ${value} is allowed: nothing in ${place} restricts it.`,
  });
  const blockList = `${place}.${names.blocked}`;
  into.match(action, {
    patterns: blocked,
    source: {
      rule: blockList,
      code: `${code}.blocked`,
      effect: 'deny',
      describe: (value, pattern) => `The ${noun} ${value} is blocked: ${blockList} has ${pattern}.`,
    },
  });
  const allowList = `${place}.${names.allowed}`;
  into.allowOnly(
    action,
    allowed,
    {
      rule: allowList,
      code: `${code}.not_allowed`,
      effect: 'deny',
      describe: (value) => `The ${noun} ${value} is not in ${allowList}.`,
    },
    {
      rule: allowList,
      code: `${code}.allowed`,
      effect: 'allow',
      describe: (value, pattern) => `The ${noun} ${value} is allowed: ${allowList} has ${pattern}.`,
    },
  );
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

/** An open workspace keeps the network shut for whom a guardrail applies that none opens it (seeds §6.2). */
const missingNetwork = (live: LiveDocument, into: SetBuilder): void =>
  into.missing(NETWORK.action, {
    rule: NETWORK.place,
    code: 'network.missing',
    effect: 'deny',
    describe: (value) =>
      `The domain ${value} is denied: ${live.policy_id} applies and no guardrail has ${NETWORK.place}.`,
  });

/** The same for files, which no guardrail of this build can open. */
const missingFilesystem = (live: LiveDocument, into: SetBuilder): void => {
  for (const operation of ['read', 'write', 'delete']) {
    into.missing(`fs.${operation}`, {
      rule: 'permissions.filesystem',
      code: 'fs.missing',
      effect: 'deny',
      describe: (value) =>
        `The path ${value} is denied: ${live.policy_id} applies and no guardrail has permissions.filesystem.`,
    });
  }
};
