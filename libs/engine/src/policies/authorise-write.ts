import {
  checkIdentifier,
  type Parsed,
  type PolicyCommand,
  type PolicyWrite,
  type Receipt,
  refused,
} from '@edict/contracts';
import { isPolicyWrite } from '@edict/core';

/** What a change of policies has to be allowed as (contract §6). */
export interface PolicyWriteQuestion {
  readonly ws: string;
  /** The agent that asks. */
  readonly id: string;
  readonly action: 'policy.save' | 'policy.delete' | 'policy.activate';
  /** The policy's id, or `workspace`. */
  readonly resource: string;
  /** The same for a repeat of the same change, so that it is judged once. */
  readonly request_id?: string;
}

/** Where the verdict lies that allows it, or the refusal. Nobody speaking about it must come as a refusal. */
export type AuthorisePolicyWrite = (question: PolicyWriteQuestion) => Promise<Parsed<Receipt>>;

/** A change by an agent with its own credentials is made in its name, and only when policies allow it. */
export const authorised = async (
  command: PolicyCommand,
  { ws, as }: { readonly ws: string; readonly as?: string },
  authorise: AuthorisePolicyWrite,
): Promise<Parsed<PolicyCommand>> => {
  if (as === undefined || !isPolicyWrite(command)) return { ok: true, value: command };
  if (command.actor !== undefined && command.actor !== as) {
    const message = `actor is ${command.actor}, but the address binds ${as}; leave actor out`;
    return refused({ code: 'IDENTITY_MISMATCH', message, path: '/actor' });
  }
  const resource = resourceOf(command);
  if (!resource.ok) return resource;
  const receipts: Receipt[] = [];
  for (const action of actionsOf(command)) {
    const question = { ws, id: as, action, resource: resource.value };
    const { request_id } = command;
    const allowed = await asked(authorise, request_id === undefined ? question : { ...question, request_id });
    if (!allowed.ok) return allowed;
    receipts.push(allowed.value);
  }
  return { ok: true, value: { ...command, actor: as, authorised_by: receipts } };
};

/** Whoever cannot be asked allows nothing. */
const asked = async (
  authorise: AuthorisePolicyWrite,
  question: PolicyWriteQuestion,
): Promise<Parsed<Receipt>> => {
  try {
    return await authorise(question);
  } catch {
    const message = `whether ${question.id} may ${question.action} ${question.resource} could not be judged; send it again`;
    return refused({ code: 'UNAVAILABLE', message });
  }
};

/** Saying how a policy is enforced while saving it needs the right to do both. */
const actionsOf = (command: PolicyWrite): PolicyWriteQuestion['action'][] => {
  switch (command.op) {
    case 'save':
    case 'rollback':
    case 'restore':
      return command.enforcement === undefined ? ['policy.save'] : ['policy.save', 'policy.activate'];
    case 'delete':
      return ['policy.delete'];
    case 'set_enforcement':
    case 'set_workspace':
      return ['policy.activate'];
  }
};

const resourceOf = (command: PolicyWrite): Parsed<string> => {
  if (command.op === 'set_workspace') return { ok: true, value: 'workspace' };
  if (command.op !== 'save') return { ok: true, value: command.policy_id };
  const id = checkIdentifier(command.document['policy_id'], 'document.policy_id');
  return id.ok ? id : refused({ ...id.rejection, path: '/document/policy_id' });
};
