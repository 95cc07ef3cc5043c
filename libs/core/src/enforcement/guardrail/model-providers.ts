import { BOUNDS, excerpt, type GuardrailRules, utf8Bytes } from '@edict/contracts';
import type { RequestView } from '../request-view.ts';
import type { Claim, ClaimReader } from '../rules/rule.ts';
import type { NewSource, SetBuilder } from '../rules/set-builder.ts';
import { MODELS } from './sections.ts';

const RULE = 'models.allowed_providers';

const NOT_ALLOWED: NewSource = {
  rule: RULE,
  code: 'model.provider_not_allowed',
  effect: 'deny',
  describe: () => `The provider is not in ${RULE}.`,
};

/** Models only from the listed providers; a request that does not say which one is denied. */
export const compileModelProviders = (models: GuardrailRules['models'], into: SetBuilder): void =>
  into.claimOnly(MODELS.action, readProviders, models?.allowed_providers ?? [], NOT_ALLOWED);

/** Both places count: a request that names two providers is held to both. */
const readProviders: ClaimReader = ({ request }: RequestView): readonly Claim[] => {
  const providers = [request.resource.properties?.['provider'], request.context?.['provider']].filter(
    (provider) => provider !== undefined,
  );
  return providers.length === 0 ? UNSAID : providers.map(toClaim);
};

const UNSAID: readonly Claim[] = [
  {
    name: undefined,
    refusal: () =>
      `The request does not say the model's provider, in resource.properties.provider or context.provider, and ${RULE} needs it.`,
  },
];

/** A provider is an id, and no longer than any: patterns are not tried on what a request may hold besides. */
const toClaim = (provider: unknown): Claim => {
  if (typeof provider === 'string' && !isWithin(provider)) {
    const why = `has more than ${BOUNDS.idBytes} bytes, so it is not in ${RULE}`;
    return { name: undefined, refusal: () => `The provider ${excerpt(provider)} ${why}.` };
  }
  return {
    name: typeof provider === 'string' ? provider : undefined,
    refusal: () => `The provider ${excerpt(provider)} is not in ${RULE}.`,
  };
};

const isWithin = (name: string): boolean =>
  name.length <= BOUNDS.idBytes && utf8Bytes(name) <= BOUNDS.idBytes;
