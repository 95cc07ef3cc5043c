import { excerpt, type GuardrailRules } from '@edict/contracts';
import { nameDialect } from '../matchers/name-dialect.ts';
import type { RequestView } from '../request-view.ts';
import type { SetBuilder } from '../rules/set-builder.ts';
import { MODELS } from './sections.ts';

const RULE = 'models.allowed_providers';

/** Models only from the listed providers; a request that does not say which one is denied. */
export const compileModelProviders = (models: GuardrailRules['models'], into: SetBuilder): void => {
  const allowed = models?.allowed_providers ?? [];
  if (allowed.length === 0) return;
  const index = nameDialect.createIndex<string>();
  for (const pattern of allowed) index.add(pattern, pattern);
  const isAllowed = (provider: unknown): boolean => {
    if (typeof provider !== 'string') return false;
    const found: string[] = [];
    index.collect(provider, found);
    return found.length > 0;
  };
  const source = {
    rule: RULE,
    code: 'model.provider_not_allowed',
    effect: 'deny',
    describe: () => `The provider is not in ${RULE}.`,
  } as const;
  into.check(MODELS.action, source, (view) => {
    const providers = providersOf(view);
    if (providers.length === 0) {
      return `The request does not say the model's provider, in resource.properties.provider or context.provider, and ${RULE} needs it.`;
    }
    const refused = providers.find((provider) => !isAllowed(provider));
    return refused === undefined ? undefined : `The provider ${excerpt(refused)} is not in ${RULE}.`;
  });
};

/** Both places count: a request that names two providers is held to both. */
const providersOf = ({ request }: RequestView): unknown[] =>
  [request.resource.properties?.['provider'], request.context?.['provider']].filter(
    (provider) => provider !== undefined,
  );
