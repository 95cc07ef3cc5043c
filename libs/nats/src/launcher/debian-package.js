import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLine, run } from './run-command.js';

const NEWER_SUITES = ['forky', 'sid'];

/** Gets the package through apt with a state folder of its own, so that no root is needed and nothing is installed. */
export const debianPackage = async (scratch, env) => {
  const machine = await readMachine();
  const attempts = machine.debian
    ? [...NEWER_SUITES, machine.codename].map((suite) => ({ suite, source: sourceLine(machine, suite) }))
    : [{ suite: machine.codename, source: undefined }];
  const failures = [];
  for (const { suite, source } of attempts) {
    const folder = join(scratch, suite || 'own');
    const { binary, failure } = await fetchFrom(folder, source, env);
    if (binary !== undefined) return { binary };
    failures.push(`${suite}: ${failure}`);
  }
  return { failure: failures.join('; ') };
};

const fetchFrom = async (folder, source, env) => {
  await mkdir(join(folder, 'lists', 'partial'), { recursive: true });
  await mkdir(join(folder, 'archives', 'partial'), { recursive: true });
  await writeFile(join(folder, 'status'), '');
  const options = aptOptions(folder, source !== undefined);
  if (source !== undefined) await writeFile(join(folder, 'sources.list'), source);
  const updated = await run('apt-get', [...options, 'update'], { env });
  const downloaded = await run('apt-get', [...options, 'download', 'nats-server'], { cwd: folder, env });
  if (downloaded.code !== 0)
    return { failure: lastLine(updated.code === 0 ? downloaded.output : updated.output) };
  const file = (await readdir(folder)).find((name) => name.endsWith('.deb'));
  if (file === undefined) return { failure: 'apt-get download left no package' };
  const unpacked = await run('dpkg-deb', ['-x', file, 'unpacked'], { cwd: folder, env });
  if (unpacked.code !== 0) return { failure: lastLine(unpacked.output) };
  const binary = join(folder, 'unpacked', 'usr', 'sbin', 'nats-server');
  const runs = await run(binary, ['--version'], { timeoutMs: 10_000 });
  return runs.code === 0 ? { binary } : { failure: `does not run here: ${lastLine(runs.output)}` };
};

const aptOptions = (folder, ownSources) =>
  [
    `Dir::State=${folder}`,
    `Dir::State::lists=${join(folder, 'lists')}`,
    `Dir::State::status=${join(folder, 'status')}`,
    `Dir::Cache=${folder}`,
    `Dir::Cache::archives=${join(folder, 'archives')}`,
    'Acquire::Languages=none',
    // apt would hand the download to a user who cannot write here; the signature is what is relied on.
    `APT::Sandbox::User=${process.getuid?.() === 0 ? 'root' : ''}`,
    ...(ownSources
      ? [`Dir::Etc::sourcelist=${join(folder, 'sources.list')}`, 'Dir::Etc::sourceparts=-']
      : []),
  ].flatMap((option) => ['-o', option]);

const sourceLine = ({ mirror, keyring }, suite) =>
  `deb ${keyring === undefined ? '' : `[signed-by=${keyring}] `}${mirror} ${suite} main\n`;

const readMachine = async () => {
  const release = await text('/etc/os-release');
  const field = (name) => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(release)?.[1] ?? '';
  const codename = field('VERSION_CODENAME');
  const sources = [await text('/etc/apt/sources.list')];
  for (const name of await names('/etc/apt/sources.list.d'))
    sources.push(await text(join('/etc/apt/sources.list.d', name)));
  const entry = sources.flatMap(aptEntries).find(({ suites }) => suites.includes(codename));
  return { codename, debian: field('ID') === 'debian' && entry !== undefined, ...entry };
};

/** Both of apt's formats: one line per source, or paragraphs of fields. */
export const aptEntries = (sources) => {
  const lines = [...sources.matchAll(/^deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)/gm)].map(
    ([, options, mirror, suite]) => ({
      mirror,
      suites: [suite],
      keyring: /signed-by=(\S+)/.exec(options ?? '')?.[1],
    }),
  );
  const paragraphs = sources.split(/\n\s*\n/).flatMap((paragraph) => {
    const field = (name) => new RegExp(`^${name}:[ \\t]*(.+)$`, 'mi').exec(paragraph)?.[1]?.trim();
    const mirror = field('URIs')?.split(/\s+/)[0];
    const keyring = field('Signed-By');
    return mirror === undefined ? [] : [{ mirror, suites: field('Suites')?.split(/\s+/) ?? [], keyring }];
  });
  return [...lines, ...paragraphs];
};

const text = (path) => readFile(path, 'utf8').catch(() => '');
const names = (path) => readdir(path).catch(() => []);
