import * as z from 'zod';
import { Amount } from './amount.ts';
import { check } from './check.ts';
import { fitsDecisionRequest } from './fits-decision-request.ts';
import { Identifier } from './identifiers.ts';
import { badRequest, type Parsed } from './json.ts';

const Attributes = z.record(z.string(), z.unknown(), { error: 'must be an object' });

/** What a wrong type is told; unknown fields have a message of their own. */
const OBJECT = {
  error: ({ code }: { readonly code?: string }) =>
    code === 'invalid_type' ? 'must be an object' : undefined,
};

export const Subject = z.strictObject(
  {
    type: Identifier,
    id: Identifier,
    properties: Attributes.optional(),
  },
  OBJECT,
);
export type Subject = z.infer<typeof Subject>;

export const Action = z.strictObject({ name: Identifier, properties: Attributes.optional() }, OBJECT);
export type Action = z.infer<typeof Action>;

export const Resource = z.strictObject(
  {
    type: Identifier,
    id: Identifier,
    properties: Attributes.optional(),
  },
  OBJECT,
);
export type Resource = z.infer<typeof Resource>;

export const Context = z.looseObject(
  { cost: Amount.optional(), tokens: Amount.optional() },
  { error: 'must be an object' },
);

const revisionError = { error: 'must be a whole number from 0' };

/** A decision request: an AuthZEN 1.0 evaluation with two optional fields of ours (contract §3). */
export const DecisionRequest = z.strictObject(
  {
    request_id: Identifier.optional(),
    subject: Subject,
    action: Action,
    resource: Resource,
    context: Context.optional(),
    at_least_revision: z.int(revisionError).min(0, revisionError).optional(),
  },
  OBJECT,
);
export type DecisionRequest = z.infer<typeof DecisionRequest>;

/** Which resource type goes with which known action; other actions take any type (contract §3). */
export const RESOURCE_TYPES: Readonly<Record<string, string>> = {
  'tool.invoke': 'tool',
  'net.connect': 'domain',
  'fs.read': 'path',
  'fs.write': 'path',
  'fs.delete': 'path',
  'api.call': 'api',
  'model.use': 'model',
  'capability.use': 'capability',
  'data.read': 'key',
  'data.write': 'key',
  'data.delete': 'key',
  'task.run': 'task',
  'rate.consume': 'limit',
  'negotiation.round': 'negotiation',
  'negotiation.commit': 'negotiation',
  'policy.save': 'policy',
  'policy.activate': 'policy',
  'policy.delete': 'policy',
};

/** Checks a parsed message as a decision request, the fit of resource type and action included. */
export const checkDecisionRequest = (value: unknown): Parsed<DecisionRequest> => {
  const checked: Parsed<DecisionRequest> = fitsDecisionRequest(value)
    ? { ok: true, value }
    : check(DecisionRequest, value);
  if (!checked.ok) return checked;
  const { action, resource } = checked.value;
  const type = Object.hasOwn(RESOURCE_TYPES, action.name) ? RESOURCE_TYPES[action.name] : undefined;
  if (type !== undefined && resource.type !== type) {
    return badRequest(
      '/resource/type',
      `resource.type is ${resource.type}: ${action.name} takes a resource of type ${type}`,
    );
  }
  return checked;
};

/** How allowed work ended (contract §3). */
export const OutcomeReport = z.strictObject(
  {
    request_id: Identifier,
    subject: Subject,
    outcome: z.enum(['success', 'error', 'cancelled'], { error: 'must be success, error or cancelled' }),
    cost: Amount.optional(),
    tokens: Amount.optional(),
    value: z.unknown().optional(),
  },
  OBJECT,
);
export type OutcomeReport = z.infer<typeof OutcomeReport>;
