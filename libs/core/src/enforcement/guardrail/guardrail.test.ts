import { describe, expect, test } from 'vitest';
import { codesOf, guardrail, judge, live, request, setOf } from '../testing/judge.ts';

const codes = (rules: unknown, ...asked: Parameters<typeof request>): string[] =>
  codesOf(judge(setOf([guardrail(rules)]), request(...asked)));
const effect = (rules: unknown, ...asked: Parameters<typeof request>): string =>
  judge(setOf([guardrail(rules)]), request(...asked)).effect;

const TOOLS = { tools: { allowed_tools: ['ledger.*', 'mail.send'], blocked_tools: ['ledger.delete'] } };
const network = (more: object) => ({ permissions: { network: more } });

describe('tools', () => {
  test.each([
    ['ledger.read', 'allow', ['tool.allowed']],
    ['mail.send', 'allow', ['tool.allowed']],
    ['mail.sender', 'deny', ['tool.not_allowed']],
    ['shell.exec', 'deny', ['tool.not_allowed']],
    ['Ledger.read', 'deny', ['tool.not_allowed']],
  ])('SK-09 %s gives %s', (tool, expected, reasons) => {
    expect(effect(TOOLS, 'tool.invoke', tool)).toBe(expected);
    expect(codes(TOOLS, 'tool.invoke', tool)).toEqual(reasons);
  });

  test('SK-15 a block always wins over an allow, and both are reported', () => {
    const { effect, reasons } = judge(setOf([guardrail(TOOLS)]), request('tool.invoke', 'ledger.delete'));
    expect(effect).toBe('deny');
    expect(reasons).toEqual([
      {
        policy_id: 'guardrail.test',
        revision: 1,
        rule: 'tools.blocked_tools',
        code: 'tool.blocked',
        effect: 'deny',
        message: 'The tool ledger.delete is blocked: tools.blocked_tools has ledger.delete.',
      },
      {
        policy_id: 'guardrail.test',
        revision: 1,
        rule: 'tools.allowed_tools',
        code: 'tool.allowed',
        effect: 'allow',
        message: 'The tool ledger.delete is allowed: tools.allowed_tools has ledger.*.',
      },
    ]);
  });

  test('SK-09 an empty or absent allow list restricts nothing', () => {
    for (const tools of [{}, { allowed_tools: [] }, { allowed_tools: [], blocked_tools: ['x'] }]) {
      expect(codes({ tools }, 'tool.invoke', 'anything')).toEqual(['tool.allowed']);
    }
  });

  test('SK-09 every guardrail that has the section must pass', () => {
    const set = setOf([
      guardrail({ tools: { allowed_tools: ['a', 'b'] } }, 'team'),
      guardrail({ tools: { allowed_tools: ['b', 'c'] } }, 'workspace'),
    ]);
    expect(judge(set, request('tool.invoke', 'b')).effect).toBe('allow');
    const denied = judge(set, request('tool.invoke', 'a'));
    expect(denied.effect).toBe('deny');
    expect(denied.reasons.map(({ policy_id, code }) => `${policy_id} ${code}`)).toEqual([
      'workspace tool.not_allowed',
      'team tool.allowed',
    ]);
  });
});

describe('network', () => {
  const LISTS = network({ allowed_domains: ['*.bank.example'], blocked_domains: ['old.bank.example'] });

  test.each([
    ['bank.example', 'allow', ['network.allowed']],
    ['api.eu.bank.example', 'allow', ['network.allowed']],
    ['old.bank.example', 'deny', ['network.blocked', 'network.allowed']],
    ['OLD.bank.example.', 'deny', ['network.blocked', 'network.allowed']],
    ['evil.example', 'deny', ['network.not_allowed']],
  ])('SK-10 %s gives %s', (domain, expected, reasons) => {
    expect(effect(LISTS, 'net.connect', domain)).toBe(expected);
    expect(codes(LISTS, 'net.connect', domain)).toEqual(reasons);
  });

  test('SK-10 a network that is off denies everything, and so says first', () => {
    const off = network({ enabled: false, require_tls: true, blocked_domains: ['a.example'] });
    expect(codes(off, 'net.connect', 'a.example')).toEqual([
      'network.disabled',
      'network.tls_required',
      'network.blocked',
    ]);
  });

  test.each(['https', 'wss', 'tls', 'grpcs'])('SK-10 require_tls accepts %s', (protocol) => {
    const rules = network({ require_tls: true });
    expect(codes(rules, 'net.connect', 'a.example', { context: { protocol } })).toEqual(['network.allowed']);
  });

  test.each(['http', 'ws', 'HTTPS', '', 7, null, ['https']])(
    'SK-10 require_tls denies the protocol %s',
    (protocol) => {
      const rules = network({ require_tls: true });
      expect(codes(rules, 'net.connect', 'a.example', { context: { protocol } })).toEqual([
        'network.tls_required',
      ]);
    },
  );

  test('SK-10 require_tls denies a request that does not say its protocol', () => {
    expect(codes(network({ require_tls: true }), 'net.connect', 'a.example')).toEqual([
      'network.tls_required',
    ]);
  });

  test.each(['a.example:443', 'https://a.example', 'á.example', '127.1'])(
    'SK-16 %s is not a domain, and a rule that allows everything does not let it through',
    (domain) => {
      expect(codes(network({ allowed_domains: ['*'] }), 'net.connect', domain)).toEqual([
        'network.not_a_domain',
      ]);
    },
  );

  test('SK-10 with an open workspace, a guardrail without the section keeps the network shut', () => {
    const set = setOf([guardrail(TOOLS)], 'allow');
    expect(codesOf(judge(set, request('net.connect', 'a.example')))).toEqual(['network.missing']);
    expect(judge(set, request('net.connect', 'a.example')).effect).toBe('deny');
    expect(codesOf(judge(set, request('model.use', 'gpt-5')))).toEqual(['UNGOVERNED']);
    expect(judge(set, request('model.use', 'gpt-5')).effect).toBe('allow');
  });

  test('SK-10 with an open workspace, one guardrail with the section opens it for all others', () => {
    const set = setOf([guardrail(TOOLS, 'a'), guardrail(network({}), 'b')], 'allow');
    expect(codesOf(judge(set, request('net.connect', 'a.example')))).toEqual(['network.allowed']);
  });

  test.each([
    ['net.connect', 'a.example', 'network.missing'],
    ['fs.read', '/tmp/x', 'fs.missing'],
  ])(
    'SK-10 with an open workspace, %s is kept shut for one reason, however selectors are written',
    (action, id, code) => {
      const selectors = [{ subjects: ['analyst'] }, { subjects: ['a*'] }, { types: ['agent'] }];
      const documents = selectors.map((applies_to, place) => ({
        ...guardrail(TOOLS, `b.${place}`),
        applies_to,
      }));
      const { reasons, documents: cited } = judge(
        setOf([...documents, guardrail(TOOLS, 'c'), guardrail(TOOLS, 'a')], 'allow'),
        request(action, id),
      );
      expect(reasons.map((reason) => `${reason.policy_id} ${reason.code}`)).toEqual([`a ${code}`]);
      expect(cited.map(({ policy_id }) => policy_id)).toEqual(['a']);
    },
  );

  test('SK-10 with an open workspace and no guardrail that applies, nothing is missing', () => {
    expect(judge(setOf([], 'allow'), request('net.connect', 'a.example')).effect).toBe('allow');
    const other = { ...guardrail(TOOLS), applies_to: { subjects: ['somebody-else'] } };
    expect(judge(setOf([other], 'allow'), request('net.connect', 'a.example')).effect).toBe('allow');
    const tried = live(guardrail(TOOLS), 'audit');
    expect(judge(setOf([tried], 'allow'), request('net.connect', 'a.example')).effect).toBe('allow');
  });

  test('SK-11 with an open workspace, no guardrail of this build opens the files', () => {
    const set = setOf([guardrail(TOOLS)], 'allow');
    expect(codesOf(judge(set, request('fs.read', '/tmp/x')))).toEqual(['fs.missing']);
  });
});

describe('capabilities', () => {
  const RULES = {
    capabilities: { allowed_capabilities: ['github:*'], blocked_capabilities: ['github:repo:*'] },
  };
  test.each([
    ['github:create_issue', ['capability.allowed']],
    ['github:repo:delete', ['capability.blocked', 'capability.allowed']],
    ['gitlab:create_issue', ['capability.not_allowed']],
  ])('SK-20 %s answers with all its reasons and does not throw', (capability, expected) => {
    expect(codes(RULES, 'capability.use', capability)).toEqual(expected);
  });
});

describe('models', () => {
  const RULES = { models: { allowed_providers: ['openai', 'azure-*'], blocked_models: ['gpt-3.5-*'] } };
  const provider = (name: unknown) => ({ properties: { provider: name } });

  test.each([
    ['openai', ['model.allowed']],
    ['azure-eu', ['model.allowed']],
    ['mistral', ['model.provider_not_allowed']],
    ['OpenAI', ['model.provider_not_allowed']],
    [7, ['model.provider_not_allowed']],
    [null, ['model.provider_not_allowed']],
  ])('SK-13 the provider %s', (name, expected) => {
    expect(codes(RULES, 'model.use', 'gpt-5', provider(name))).toEqual(expected);
  });

  test('SK-13 a request that does not name the provider is denied', () => {
    expect(codes(RULES, 'model.use', 'gpt-5')).toEqual(['model.provider_not_allowed']);
  });

  test('SK-13 a provider is as long as an id at most, whatever is allowed', () => {
    const any = { models: { allowed_providers: ['*'] } };
    for (const longest of ['p'.repeat(256), 'é'.repeat(128)]) {
      expect(codes(any, 'model.use', 'gpt-5', provider(longest))).toEqual(['model.allowed']);
      expect(codes(any, 'model.use', 'gpt-5', provider(`${longest}p`))).toEqual([
        'model.provider_not_allowed',
      ]);
    }
    const { reasons } = judge(
      setOf([guardrail(any)]),
      request('model.use', 'm', provider('p'.repeat(60_000))),
    );
    expect(reasons[0]?.message).toBe(
      `The provider ${'p'.repeat(57)}… has more than 256 bytes, so it is not in models.allowed_providers.`,
    );
  });

  test('SK-13 each list must have all providers that a request names, and says which it has not', () => {
    const lists = [['openai'], ['mistral'], ['open*', '*ai', 'mistral'], ['azure']];
    const set = setOf(
      lists.map((allowed_providers, place) => guardrail({ models: { allowed_providers } }, `g.${place}`)),
    );
    const asked = request('model.use', 'm', { ...provider('openai'), context: { provider: 'mistral' } });
    const denials = judge(set, asked).reasons.filter(({ effect }) => effect === 'deny');
    expect(denials.map(({ policy_id, message }) => `${policy_id}: ${message}`)).toEqual([
      'g.0: The provider mistral is not in models.allowed_providers.',
      'g.1: The provider openai is not in models.allowed_providers.',
      'g.3: The provider openai is not in models.allowed_providers.',
    ]);
  });

  test('SK-13 the provider may stand in the context; naming two means being held to both', () => {
    expect(codes(RULES, 'model.use', 'gpt-5', { context: { provider: 'openai' } })).toEqual([
      'model.allowed',
    ]);
    expect(
      codes(RULES, 'model.use', 'gpt-5', { ...provider('openai'), context: { provider: 'mistral' } }),
    ).toEqual(['model.provider_not_allowed']);
  });

  test('SK-13 a blocked model stays blocked with an allowed provider', () => {
    expect(codes(RULES, 'model.use', 'gpt-3.5-turbo', provider('openai'))).toEqual(['model.blocked']);
  });

  test('SK-13 an empty list of models means every model of an allowed provider', () => {
    const rules = { models: { allowed_providers: ['openai'], allowed_models: [] } };
    expect(effect(rules, 'model.use', 'anything', provider('openai'))).toBe('allow');
  });
});
