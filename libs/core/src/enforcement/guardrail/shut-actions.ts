import type { ShutAction, ShutActions } from '../rules/rule.ts';
import { NETWORK } from './sections.ts';

/** Files, which no guardrail of this build can open. */
const FILES: ShutAction = {
  rule: 'permissions.filesystem',
  code: 'fs.missing',
  describe: (value, policy_id) =>
    `The path ${value} is denied: ${policy_id} applies and no guardrail has permissions.filesystem.`,
};

/** An open workspace keeps network and files shut for whom a guardrail applies, unless one of them opens it (seeds §6.2). */
export const SHUT: ShutActions = new Map([
  [
    NETWORK.action,
    {
      rule: NETWORK.place,
      code: 'network.missing',
      describe: (value, policy_id) =>
        `The domain ${value} is denied: ${policy_id} applies and no guardrail has ${NETWORK.place}.`,
    },
  ],
  ['fs.read', FILES],
  ['fs.write', FILES],
  ['fs.delete', FILES],
]);
