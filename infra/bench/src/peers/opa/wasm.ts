import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StartEvaluator } from '../evaluator.ts';
import { runTool } from '../install.ts';
import { WASM_POLICIES } from './policies.ts';

export const OPA_WASM_PACKAGE = '@open-policy-agent/opa-wasm@1.10.0';

interface OpaWasm {
  loadPolicy(wasm: Buffer): Promise<{
    setData(data: object): void;
    evaluate(input: object): readonly { readonly result: boolean }[];
  }>;
}

export interface OpaWasmOptions {
  readonly program: string;
  /** Where policies are compiled. */
  readonly folder: string;
  readonly style: keyof typeof WASM_POLICIES;
}

/** Policies that OPA compiled to WebAssembly, in its package for Node. */
export const startOpaWasm =
  (load: NodeJS.Require, { program, folder, style }: OpaWasmOptions): StartEvaluator =>
  async (rules) => {
    const { policy, data } = WASM_POLICIES[style](rules);
    const place = join(folder, `opa-${style.replaceAll(' ', '-')}-${rules}`);
    await mkdir(place, { recursive: true });
    const source = join(place, 'policy.rego');
    const bundle = join(place, 'bundle.tar.gz');
    await writeFile(source, policy);
    await runTool(program, ['build', '-t', 'wasm', '-e', 'bench/allow', '-o', bundle, source]);
    await runTool('tar', ['-xzf', bundle, '-C', place, '/policy.wasm']);
    const { loadPolicy } = load('@open-policy-agent/opa-wasm') as OpaWasm;
    const engine = await loadPolicy(await readFile(join(place, 'policy.wasm')));
    engine.setData(data);
    return (tool) => engine.evaluate({ subject: 'agent-1', action: 'invoke', tool })[0]?.result === true;
  };
