import { join } from 'node:path';
import { freePort } from '@edict/nats/testing';
import type { BenchContext } from '../../scenarios/scenario.ts';
import { type Installed, installProgram, runTool } from '../install.ts';
import { type PeerServer, startServer } from '../server.ts';

const VERSION = '0.13.0';
/** A crate that brings the compiler of protocol buffers for many machines. */
const PROTOC_VERSION = '3.3.0';

export const installMacpRuntime = ({ once, say }: BenchContext): Promise<Installed> =>
  once('macp-runtime', () =>
    installProgram(
      {
        name: 'macp-runtime',
        version: VERSION,
        build: async (folder) => {
          const settings = { PROTOC: await findProtoc(folder) };
          const install = (...more: string[]) =>
            cargo(folder, ['macp-runtime', '--version', VERSION, '--bin', 'macp-runtime', ...more], settings);
          await install('--locked').catch((error: Error) => {
            // A registry may lag behind the versions that it was locked to.
            say(`    ${error.message}\n    once more, with the newest dependencies that fit`);
            return install();
          });
        },
      },
      say,
    ),
  );

const cargo = (
  folder: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<string> => runTool('cargo', ['install', '--root', folder, ...args], settings);

/** Its build asks for a compiler: the machine's own, else the one in a crate. */
const findProtoc = async (folder: string): Promise<string> => {
  const own = process.env['PROTOC'] ?? 'protoc';
  try {
    await runTool(own, ['--version']);
    return own;
  } catch {
    await cargo(folder, ['protoc-bin-vendored', '--version', PROTOC_VERSION, '--locked']);
    return runTool(join(folder, 'bin', 'protoc-bin-which'), []);
  }
};

/** A server without limits of rate; with files it syncs what it acknowledges. */
export const startMacpRuntime = async (
  { folder }: BenchContext,
  program: string,
  storage: 'files' | 'memory',
): Promise<PeerServer> => {
  const port = await freePort();
  return startServer({
    port,
    program,
    settings: {
      MACP_BIND_ADDR: `127.0.0.1:${port}`,
      MACP_ALLOW_INSECURE: '1',
      MACP_DATA_DIR: join(folder, `macp-${port}`),
      RUST_LOG: 'error',
      MACP_SESSION_START_LIMIT_PER_MINUTE: UNLIMITED,
      MACP_MESSAGE_LIMIT_PER_MINUTE: UNLIMITED,
      ...(storage === 'memory' && { MACP_MEMORY_ONLY: '1' }),
    },
  });
};

const UNLIMITED = '1000000000';
