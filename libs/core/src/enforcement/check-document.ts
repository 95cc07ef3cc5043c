import {
  excerpt,
  KINDS,
  type Kind,
  PLANNED_KINDS,
  type PolicyDocument,
  type Problem,
} from '@edict/contracts';
import { reservedPolicyId } from '../sessions/policy/admission.ts';
import { isKind, kinds } from './kinds.ts';

/** A document that can be enforced, or everything that is wrong with it. */
export type CheckedDocument =
  | {
      readonly ok: true;
      readonly kind: Kind;
      /** The value that was given, not a copy. */
      readonly document: PolicyDocument;
      readonly warnings: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Checks a JSON value as a policy document, all problems at once, each with a JSON pointer:
 * `POLICY_INVALID` for what is not as the contract says, `UNSUPPORTED` for what this build cannot enforce.
 */
export const checkDocument = (value: unknown): CheckedDocument => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse('POLICY_INVALID', '', `the document is ${excerpt(value)}: it must be an object`);
  }
  const kind = kindOf(value);
  if (!isKind(kind)) return refuseKind(kind);
  const { problems: found, warnings } = kinds[kind].check(value);
  const problems = kind === 'decision' ? found : [...reservedId(value), ...found];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, kind, document: value as PolicyDocument, warnings };
};

/** The ids of built-in decision policies belong to no other kind either: one id must not mean two things. */
const reservedId = (document: object): readonly Problem[] =>
  reservedPolicyId((document as { readonly policy_id?: unknown }).policy_id);

/** A MACP descriptor has a mode and no kind (contract §4). */
const kindOf = (document: object): unknown => {
  const { kind, mode } = document as { readonly kind?: unknown; readonly mode?: unknown };
  return kind === undefined && mode !== undefined ? 'decision' : kind;
};

const refuseKind = (kind: unknown): CheckedDocument => {
  const allowed = KINDS.join(', ');
  if (typeof kind === 'string' && PLANNED_KINDS.includes(kind)) {
    return refuse('UNSUPPORTED', '/kind', `this build cannot enforce documents of kind ${kind}`, allowed);
  }
  const found = kind === undefined ? 'missing' : excerpt(kind);
  return refuse('POLICY_INVALID', '/kind', `kind is ${found}: it must be one of ${allowed}`, allowed);
};

const refuse = (code: string, path: string, message: string, allowed?: string): CheckedDocument => ({
  ok: false,
  problems: [allowed === undefined ? { code, path, message } : { code, path, message, allowed }],
});
