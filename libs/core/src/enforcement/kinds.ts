import { Fault, KINDS, type Kind } from '@edict/contracts';
import { decisionKind } from '../sessions/policy/kind.ts';
import { accessKind } from './access/kind.ts';
import { guardrailKind } from './guardrail/kind.ts';
import { hooksKind } from './hooks/kind.ts';
import type { KindModule } from './kind-module.ts';
import { limitsKind } from './limits/kind.ts';

/** Every kind of document that this build enforces. A further kind is a folder and a line here. */
export const kinds: Readonly<Record<Kind, KindModule>> = {
  guardrail: guardrailKind,
  hooks: hooksKind,
  access: accessKind,
  limits: limitsKind,
  decision: decisionKind,
};

export const isKind = (kind: unknown): kind is Kind => (KINDS as readonly unknown[]).includes(kind);

/** The module of a kind; an unknown one is a document that nobody checked, and must not be left out in silence. */
export const kindModule = (kind: string): KindModule => {
  if (!isKind(kind)) throw new Fault('POLICY_INVALID', `no such kind of document: ${kind}`);
  return kinds[kind];
};
