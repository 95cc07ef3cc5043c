import type { ApprovalEntry, GuardrailRules } from '@edict/contracts';

/** What the parts of a section are called, which is all that differs between sections. */
export interface SectionNames {
  /** Where it stands under `rules`, as in the `rule` of a reason: `permissions.network`. */
  readonly place: string;
  readonly action: string;
  /** First part of its reason codes: `tool` of `tool.blocked`. */
  readonly code: string;
  /** What a value is called in a sentence, and the field of an approval rule's pattern. */
  readonly noun: string;
  /** Fields of the two lists. */
  readonly allowed: string;
  readonly blocked: string;
}

export const TOOLS: SectionNames = {
  place: 'tools',
  action: 'tool.invoke',
  code: 'tool',
  noun: 'tool',
  allowed: 'allowed_tools',
  blocked: 'blocked_tools',
};
export const NETWORK: SectionNames = {
  place: 'permissions.network',
  action: 'net.connect',
  code: 'network',
  noun: 'domain',
  allowed: 'allowed_domains',
  blocked: 'blocked_domains',
};
export const CAPABILITIES: SectionNames = {
  place: 'capabilities',
  action: 'capability.use',
  code: 'capability',
  noun: 'capability',
  allowed: 'allowed_capabilities',
  blocked: 'blocked_capabilities',
};
export const MODELS: SectionNames = {
  place: 'models',
  action: 'model.use',
  code: 'model',
  noun: 'model',
  allowed: 'allowed_models',
  blocked: 'blocked_models',
};

/** A section with its contents in one form, whatever its fields are called. */
export interface Section {
  readonly names: SectionNames;
  readonly allowed: readonly string[];
  readonly blocked: readonly string[];
  readonly approvals: readonly (ApprovalEntry & { readonly pattern: string })[];
}

/** The sections that a checked document has, empty ones included. */
export const sectionsOf = (rules: GuardrailRules): Section[] => {
  const parts = [
    [TOOLS, rules.tools],
    [NETWORK, rules.permissions?.network],
    [CAPABILITIES, rules.capabilities],
    [MODELS, rules.models],
  ] as const;
  return parts.flatMap(([names, content]) => (content === undefined ? [] : [toSection(names, content)]));
};

const toSection = (names: SectionNames, content: object): Section => {
  const fields = content as Readonly<Record<string, readonly string[] | undefined>>;
  const { require_approval = [] } = content as {
    readonly require_approval?: readonly (ApprovalEntry & Readonly<Record<string, unknown>>)[];
  };
  return {
    names,
    allowed: fields[names.allowed] ?? [],
    blocked: fields[names.blocked] ?? [],
    approvals: require_approval.map((entry) => ({ ...entry, pattern: String(entry[names.noun]) })),
  };
};
