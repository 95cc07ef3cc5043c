import { checkPolicyCommand, type Parsed, type PolicyCommand, pointer, refused } from '@edict/contracts';
import { prepareDocument } from './document-hash.ts';

/**
 * Checks a parsed message as a policy command, and takes a frozen copy of the document in it: whoever sent it
 * in the same process can change it no more.
 */
export const preparePolicyCommand = (value: unknown): Parsed<PolicyCommand> => {
  const checked = checkPolicyCommand(value);
  if (!checked.ok || checked.value.op !== 'save') return checked;
  const prepared = prepareDocument(checked.value.document);
  if (prepared.ok) return { ok: true, value: { ...checked.value, document: prepared.value.document } };
  const { rejection } = prepared;
  return refused({ ...rejection, path: `${pointer(['document'])}${rejection.path ?? ''}` });
};
