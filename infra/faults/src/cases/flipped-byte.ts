import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JournalName, STREAMS } from '@edict/contracts';
import { afterLoad, type Worked } from '../after-load.ts';
import { expectation, type FaultCase } from '../fault-case.ts';
import { runEdict } from '../run-edict.ts';

interface Target {
  readonly journal: JournalName;
  readonly revision: number;
  readonly bytes: Uint8Array;
}

/** One byte of a stored commit is another one, in the file of a server that had stopped in good order. */
export const flippedByte: FaultCase = {
  name: 'flipped-byte',
  what: 'one byte of a stored commit is changed in the file of a stopped server: audit verify names the commit',
  play: (round) =>
    afterLoad(round, async (worked) => {
      const { deployment } = worked;
      const target = chooseCommit(worked);
      await Promise.all(deployment.processes().map((each) => each.stop()));
      await deployment.nats.stop();
      flip(join(deployment.nats.home, 'jetstream', '$G', 'streams', STREAMS.verdicts, 'msgs'), target);
      await deployment.nats.start();
      const ran = await runEdict('audit', 'verify', '--json', '--nats', deployment.url);
      const wanted = `${target.journal}/${target.revision}`;
      const named = ran.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
        .filter(({ broken }) => broken)
        .map(({ broken }) => `${broken.journal}/${broken.revision}`);
      const violations =
        ran.code === 1 && named.length === 1 && named[0] === wanted
          ? []
          : [
              expectation(
                'audit',
                `audit verify must name ${wanted}, and no other`,
                `exit ${ran.code}, named ${named.join(', ') || 'nothing'}`,
                ran.stdout + ran.stderr,
              ),
            ];
      return { faults: 1, violations };
    }),
};

const chooseCommit = ({ journals, random }: Worked): Target => {
  const all = [...journals]
    .filter(([journal]) => journal.startsWith('verdicts.'))
    .flatMap(([journal, commits]) => commits.map((bytes, i) => ({ journal, revision: i + 1, bytes })));
  const [first, ...others] = all;
  if (first === undefined) throw new Error('no verdict was recorded');
  return random.pick([first, ...others]);
};

const flip = (folder: string, { bytes, journal, revision }: Target): void => {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.blk'))) {
    const file = join(folder, name);
    const block = readFileSync(file);
    const at = block.indexOf(bytes);
    if (at < 0) continue;
    const place = at + Math.floor(bytes.length / 2);
    block[place] = (block[place] ?? 0) ^ 0x01;
    writeFileSync(file, block);
    return;
  }
  throw new Error(`the bytes of ${journal}/${revision} lie in no block file of ${folder}`);
};
