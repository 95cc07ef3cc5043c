import { createRequire } from 'node:module';
import { join } from 'node:path';
import { measureRounds, type Variant } from '../measure/rounds.ts';
import type { Row, Sample } from '../measure/sample.ts';
import { percentile } from '../measure/statistics.ts';
import { watchUsage } from '../measure/usage.ts';
import type { PeersInput } from '../scenarios/peers.ts';
import type { Task } from './run-task.ts';

/** As many rules as P4's middle size; peers that look at every rule take milliseconds for more. */
const RULES = { short: [10, 1_000], normal: [10, 1_000], long: [10, 1_000, 10_000] } as const;
/** Each window of a peer lasts about so long, whatever one evaluation takes. */
const WINDOW_MS = 400;

type Evaluate = (tool: string) => boolean | Promise<boolean>;

/** Half allows, half denies; of four requests two are allowed, one is denied, one matches nothing: as in P4. */
export const task: Task<PeersInput, readonly Row[]> = async ({ folder, rounds, size }) => {
  const load = createRequire(join(folder, 'package.json'));
  const variants: Variant[] = [];
  for (const rules of RULES[size]) {
    for (const [name, start] of Object.entries({ casbin: startCasbin, 'cedar-wasm': startCedar })) {
      const evaluate = await start(load, rules);
      const variant = {
        name: `${name}, ${rules.toLocaleString('en')} rules`,
        sample: () => sample(evaluate, rules),
      };
      await variant.sample();
      variants.push(variant);
    }
  }
  return measureRounds(rounds, variants);
};

const sample = async (evaluate: Evaluate, rules: number): Promise<Sample> => {
  const micros: number[] = [];
  let failures = 0;
  const used = watchUsage({ evaluator: process.pid });
  const end = performance.now() + WINDOW_MS;
  for (let number = 0; performance.now() < end; number++) {
    const index = (number * 7_919) % (rules / 2);
    const which = number % 4;
    const tool = which === 3 ? `ok-${rules + index}` : `${which === 2 ? 'no' : 'ok'}-${index}`;
    const began = performance.now();
    const allowed = await evaluate(tool);
    micros.push((performance.now() - began) * 1000);
    if (allowed !== which < 2) failures += 1;
  }
  const { seconds, cpuMicros, noise } = used(micros.length);
  const sorted = Float64Array.from(micros).sort();
  const metrics = {
    p50Micros: percentile(sorted, 0.5),
    p99Micros: percentile(sorted, 0.99),
    perSecond: micros.length / seconds,
  };
  return { operations: micros.length, failures, metrics, cpuMicros, noise };
};

const tools = (rules: number): { tool: string; allows: boolean }[] =>
  Array.from({ length: rules }, (_, number) => ({
    tool: `${number % 2 === 0 ? 'ok' : 'no'}-${Math.floor(number / 2)}`,
    allows: number % 2 === 0,
  }));

interface Casbin {
  newModelFromString(text: string): unknown;
  newEnforcer(model: unknown): Promise<{
    addPolicies(rules: string[][]): Promise<boolean>;
    enforce(...request: string[]): Promise<boolean>;
  }>;
}

const CASBIN_MODEL = `[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.obj == p.obj && r.act == p.act`;

const startCasbin = async (load: NodeJS.Require, rules: number): Promise<Evaluate> => {
  const casbin = load('casbin') as Casbin;
  const enforcer = await casbin.newEnforcer(casbin.newModelFromString(CASBIN_MODEL));
  await enforcer.addPolicies(
    tools(rules).map(({ tool, allows }) => ['any', tool, 'invoke', allows ? 'allow' : 'deny']),
  );
  return (tool) => enforcer.enforce('agent-1', tool, 'invoke');
};

interface Cedar {
  preparsePolicySet(id: string, policies: { staticPolicies: string }): { type: string };
  statefulIsAuthorized(call: object): { type: string; response?: { decision: string } };
}

const startCedar = async (load: NodeJS.Require, rules: number): Promise<Evaluate> => {
  const cedar = load('@cedar-policy/cedar-wasm/nodejs') as Cedar;
  const id = `bench-${rules}`;
  const staticPolicies = tools(rules)
    .map(
      ({ tool, allows }) =>
        `${allows ? 'permit' : 'forbid'}(principal, action, resource == Tool::"${tool}");`,
    )
    .join('\n');
  const parsed = cedar.preparsePolicySet(id, { staticPolicies });
  if (parsed.type !== 'success') throw new Error(`cedar refuses the policies: ${JSON.stringify(parsed)}`);
  return (tool) => {
    const answer = cedar.statefulIsAuthorized({
      principal: { type: 'Agent', id: 'agent-1' },
      action: { type: 'Action', id: 'invoke' },
      resource: { type: 'Tool', id: tool },
      context: {},
      preparsedPolicySetId: id,
      entities: [],
    });
    return answer.response?.decision === 'allow';
  };
};
