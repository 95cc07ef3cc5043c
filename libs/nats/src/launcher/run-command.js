import { spawn } from 'node:child_process';

/** Runs a command without a shell; never throws: `code` is undefined when it could not be started or took too long. */
export const run = (command, args, { cwd, env, timeoutMs = 600_000 } = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    // Not the option of that name: its timer outlives a command that cannot be started.
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    let output = '';
    const collect = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    const end = (result) => {
      clearTimeout(timer);
      resolve(result);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => end({ code: undefined, output: error.message }));
    child.on('close', (code) => end({ code: code ?? undefined, output: output.trim() }));
  });

/** What a failed command said last, as one line. */
export const lastLine = (output) => output.split('\n').filter(Boolean).at(-1) ?? 'no output';
