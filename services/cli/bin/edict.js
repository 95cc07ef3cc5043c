#!/usr/bin/env node
// Plain JavaScript that any Node reads: the sources are TypeScript, which Node runs by itself from 22.18 on.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const main = join(here, '..', 'src', 'main.ts');

const runsTypeScript = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
};

/** The Node that comes with the dependencies, looked for from here upwards. */
const bundledNode = () => {
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder)) {
    const node = join(folder, 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(node)) return node;
  }
  return undefined;
};

// What runs for days should not keep room for what it no longer needs: most of what a request makes dies at once, and no
// guess of V8's that some of it will live may make the heap grow.
const LEAN = ['--max-semi-space-size=8', '--heap-growing-percent=25', '--no-allocation-site-pretenuring'];
const flags = process.argv.includes('up') ? LEAN : [];

const runWith = (node) => {
  // The channel carries nothing: its end tells the child that this process is gone, killed or not.
  const child = spawn(node, [...flags, main, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // The child prints and ends by itself; this process only passes on what it is told.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 1;
  });
  child.on('error', (error) => {
    process.stderr.write(`edict: ${node} cannot be run: ${error.message}\n`);
    process.exitCode = 3;
  });
};

if (runsTypeScript() && flags.length === 0) {
  // Keeps what the sources compile to, so that the next start is quicker.
  (await import('node:module')).enableCompileCache?.();
  await import(main);
} else {
  const node = runsTypeScript() ? process.execPath : bundledNode();
  if (node !== undefined) runWith(node);
  else {
    process.stderr.write(
      `edict: needs Node 22.18 or later, this is ${process.versions.node}\n` +
        '  run `npm ci` in the folder of edict (it brings a Node on Linux and Windows), or install Node 24\n',
    );
    process.exitCode = 2;
  }
}
