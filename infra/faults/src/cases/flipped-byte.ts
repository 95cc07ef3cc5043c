import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JournalName, STREAMS } from '@edict/contracts';
import { afterLoad, type Worked } from '../after-load.ts';
import type { NatsNode } from '../deployment/broker.ts';
import { expectation, type FaultCase } from '../fault-case.ts';
import { type Ran, runEdict } from '../run-edict.ts';

interface Target {
  readonly journal: JournalName;
  readonly revision: number;
  readonly bytes: Uint8Array;
}

/** How a server ends before its file is damaged, and whether `audit verify` may name other commits besides. */
interface Damage {
  readonly name: string;
  readonly what: string;
  readonly end: (nats: NatsNode) => Promise<void>;
  readonly alone: boolean;
}

const flippedByte = ({ name, what, end, alone }: Damage): FaultCase => ({
  name,
  what,
  play: (round) =>
    afterLoad(round, async (worked) => {
      const { deployment } = worked;
      const target = chooseCommit(worked);
      await Promise.all(deployment.processes().map((each) => each.stop()));
      await end(deployment.nats);
      flip(join(deployment.nats.home, 'jetstream', '$G', 'streams', STREAMS.verdicts, 'msgs'), target);
      await deployment.nats.start();
      const ran = await runEdict('audit', 'verify', '--json', '--nats', deployment.url);
      const wanted = `${target.journal}/${target.revision}`;
      const named = brokenIn(ran);
      const isNamed = alone ? named.join() === wanted : named.includes(wanted);
      if (ran.code === 1 && isNamed) return { faults: 1, violations: [] };
      const sentence = `audit verify must name ${wanted}${alone ? ', and no other' : ''}`;
      const found = `exit ${ran.code}, named ${named.join(', ') || 'nothing'}`;
      const violations = [expectation('audit', sentence, found, ran.stdout + ran.stderr)];
      return { faults: 1, violations };
    }),
});

/** The first commit of each journal that does not fit, as `audit verify` says. */
const brokenIn = ({ stdout }: Ran): string[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter(({ broken }) => broken)
    .map(({ broken }) => `${broken.journal}/${broken.revision}`);

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

/** One byte of a stored commit is another one. */
export const FLIPPED_BYTE_CASES: readonly FaultCase[] = [
  flippedByte({
    name: 'flipped-byte',
    what: 'one byte of a stored commit is changed in the file of a stopped server: audit verify names the commit',
    end: (nats) => nats.stop(),
    alone: true,
  }),
  flippedByte({
    name: 'flipped-byte-killed',
    what: 'the same after a kill -9, when the server drops all that follows: the anchors name the first that is gone',
    end: (nats) => nats.kill(),
    alone: false,
  }),
];
