import { excerpt, type GuardrailRules } from '@edict/contracts';
import type { Test } from '../rules/rule.ts';
import type { NewSource, SetBuilder } from '../rules/set-builder.ts';
import { NETWORK } from './sections.ts';

type Network = NonNullable<NonNullable<GuardrailRules['permissions']>['network']>;

/** Values of `context.protocol` that run over TLS (contract §4). */
const TLS_PROTOCOLS: ReadonlySet<unknown> = new Set(['https', 'wss', 'tls', 'grpcs']);

const OFF = 'The network is off: permissions.network.enabled is false.';

const DISABLED: NewSource = {
  rule: 'permissions.network.enabled',
  code: 'network.disabled',
  effect: 'deny',
  describe: () => OFF,
};
const NO_TLS: NewSource = {
  rule: 'permissions.network.require_tls',
  code: 'network.tls_required',
  effect: 'deny',
  describe: () => 'permissions.network.require_tls is true.',
};

const ALWAYS: Test = { key: 'network.enabled', find: () => OFF };
const TLS: Test = {
  key: 'network.require_tls',
  find: ({ request }) => {
    const protocol = request.context?.['protocol'];
    if (TLS_PROTOCOLS.has(protocol)) return undefined;
    const found = protocol === undefined ? 'missing' : excerpt(protocol);
    return `context.protocol is ${found}: permissions.network.require_tls wants https, wss, tls or grpcs.`;
  },
};

/** The network switch and the demand for TLS, which come before any list. */
export const compileNetworkGates = (network: Network, into: SetBuilder): void => {
  if (network.enabled === false) into.check(NETWORK.action, DISABLED, ALWAYS);
  if (network.require_tls === true) into.check(NETWORK.action, NO_TLS, TLS);
};
