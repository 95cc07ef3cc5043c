import { isAmount } from './amount.ts';
import type { DecisionRequest } from './decision-request.ts';
import { isIdentifier } from './identifiers.ts';

type Keyed = Readonly<Record<string, unknown>>;

/**
 * Whether a parsed message is a decision request, at a fraction of the schema's cost and without copying it: every
 * request passes here. Whatever does not fit goes to the schema, which says why; the two always agree.
 */
export const fitsDecisionRequest = (value: unknown): value is DecisionRequest => {
  if (!isKeyed(value)) return false;
  for (const key in value) if (!fitsField(key, value[key])) return false;
  return value['subject'] !== undefined && value['action'] !== undefined && value['resource'] !== undefined;
};

const fitsField = (key: string, field: unknown): boolean => {
  switch (key) {
    case 'request_id':
      return isIdentifierText(field);
    case 'subject':
    case 'resource':
      return fitsEntity(field);
    case 'action':
      return fitsAction(field);
    case 'context':
      return fitsContext(field);
    case 'at_least_revision':
      return Number.isSafeInteger(field) && (field as number) >= 0;
    default:
      return false;
  }
};

/** A subject or a resource. */
const fitsEntity = (value: unknown): boolean => {
  if (!isKeyed(value) || !isIdentifierText(value['type']) || !isIdentifierText(value['id'])) return false;
  for (const key in value) {
    if (key === 'type' || key === 'id') continue;
    if (key !== 'properties' || !isKeyed(value[key])) return false;
  }
  return true;
};

const fitsAction = (value: unknown): boolean => {
  if (!isKeyed(value) || !isIdentifierText(value['name'])) return false;
  for (const key in value) {
    if (key !== 'name' && (key !== 'properties' || !isKeyed(value[key]))) return false;
  }
  return true;
};

const fitsContext = (value: unknown): boolean => {
  if (!isKeyed(value)) return false;
  const { cost, tokens } = value as { cost?: unknown; tokens?: unknown };
  return (cost === undefined || isAmount(cost)) && (tokens === undefined || isAmount(tokens));
};

const isKeyed = (value: unknown): value is Keyed =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isIdentifierText = (value: unknown): boolean => typeof value === 'string' && isIdentifier(value);
