import { existsSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { Fault, type JournalName } from '@edict/contracts';
import type { Anchor, Anchors } from '@edict/journal';
import { parseAnchor } from './parse-anchor.ts';

/** A file that remembers what a store holds: which deployment, and how far each of its journals had come. */
export interface AnchorFile {
  readonly path: string;
  /** The deployment that was kept here; `undefined` for a file that is not written yet. */
  deployment(): string | undefined;
  /** Notes which deployment is kept here; settles once that is on the disk. */
  belongTo(deployment: string): Promise<void>;
  readonly anchors: Anchors;
}

interface Content {
  readonly deployment?: string;
  readonly anchors: Readonly<Record<JournalName, Anchor>>;
}

/** Opens the file, which need not exist. One process writes it. Fault `STORE_UNREADABLE` when it holds something else. */
export const openAnchorFile = (path: string): AnchorFile => {
  const before = readContent(path);
  const anchors = new Map(Object.values(before.anchors).map((anchor) => [anchor.journal, anchor]));
  let { deployment } = before;
  const save = coalesced(() =>
    replaceFile(path, JSON.stringify({ deployment, anchors: Object.fromEntries(anchors) })),
  );
  return {
    path,
    deployment: () => deployment,
    belongTo: async (id) => {
      if (deployment === id) return;
      deployment = id;
      await save();
    },
    anchors: {
      place: path,
      read: async (journal) => anchors.get(journal),
      all: async () => [...anchors.values()],
      write: async (anchor) => {
        if ((anchors.get(anchor.journal)?.revision ?? 0) >= anchor.revision) return;
        anchors.set(anchor.journal, anchor);
        await save();
      },
    },
  };
};

const readContent = (path: string): Content => {
  if (!existsSync(path)) return { anchors: {} };
  try {
    const { deployment, anchors } = JSON.parse(readFileSync(path, 'utf8')) as Content;
    for (const anchor of Object.values(anchors)) parseAnchor(JSON.stringify(anchor), path);
    return deployment === undefined ? { anchors } : { deployment, anchors };
  } catch (cause) {
    throw new Fault(
      'STORE_UNREADABLE',
      `${path} is not readable, so it cannot tell whether the store lost anything; put it back from a copy, or remove it to go on without`,
      { cause },
    );
  }
};

/** A reader sees the old content or the new one, also after a power loss. */
const replaceFile = async (path: string, text: string): Promise<void> => {
  const file = await open(`${path}.new`, 'w');
  try {
    await file.writeFile(`${text}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
};

/** One run at a time; calls during a run share the next one, which sees what they changed. */
const coalesced = (run: () => Promise<void>): (() => Promise<void>) => {
  let running = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running.then(() => {
      next = undefined;
      const current = run();
      running = current.catch(() => undefined);
      return current;
    });
    return next;
  };
};
