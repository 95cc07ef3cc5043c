/** What V8's sampling profiler gives, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds between a sample and the one before. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

/** The way of a request, and what else takes time. Replies and commits leave in the same writes, so those are apart. */
export const STAGES = [
  'receive',
  'parse',
  'route',
  'evaluate',
  'commit',
  'reply',
  'socket writes',
  'garbage collection',
  'other',
] as const;
export type Stage = (typeof STAGES)[number];

/** Which stage a file's time belongs to; the first pattern that fits, of its path in the repository. */
const FILES: readonly (readonly [RegExp, Stage])[] = [
  [/libs\/nats\/src\/requests\/(merged-replies|pending-replies)/, 'reply'],
  [/libs\/engine\/src\/reply-text/, 'reply'],
  [/libs\/core\/src\/verdicts\/(verdict-replies|story-)/, 'reply'],
  [/libs\/nats\/src\/(requests|listeners)/, 'receive'],
  [/libs\/contracts\/src\//, 'parse'],
  [/libs\/engine\/src\/verdicts\/read-decision/, 'parse'],
  [/libs\/core\/src\//, 'evaluate'],
  [/libs\/(journal|nats)\/src\//, 'commit'],
  [/libs\/(engine|service-kit)\/src\/|services\//, 'route'],
];

const OURS = /\/(libs|services)\/[^/]+\/src\/.*$/;

/** The file of the repository that a frame is in; `undefined` for Node, V8 and dependencies. */
const fileOf = (url: string): string | undefined => OURS.exec(url)?.[0].slice(1);

export interface FileShare {
  readonly stage: Stage;
  /** A file of ours with what it calls outside of ours, or a name for what nobody of ours called. */
  readonly file: string;
  readonly micros: number;
}

/**
 * The time of a profile by file, the most first. What Node, V8 or a dependency does counts for the file that called it;
 * what the client does before it calls ours is receiving.
 */
export const sharesOf = ({ nodes, samples, timeDeltas }: CpuProfile): FileShare[] => {
  const owners = ownersOf(nodes);
  const shares = new Map<string, FileShare>();
  samples.forEach((id, index) => {
    const owner = owners.get(id);
    if (owner === undefined) return;
    const key = `${owner.stage} ${owner.file}`;
    const micros = (shares.get(key)?.micros ?? 0) + (timeDeltas[index] ?? 0);
    shares.set(key, { ...owner, micros });
  });
  return [...shares.values()].sort((a, b) => b.micros - a.micros);
};

type Owner = Omit<FileShare, 'micros'>;

/** Idle nodes have no owner: nobody spent that time. */
const ownersOf = (nodes: readonly ProfileNode[]): Map<number, Owner> => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const owners = new Map<number, Owner>();
  const visit = (node: ProfileNode, inherited: Owner): void => {
    const owner = ownerOf(node, inherited);
    if (owner !== undefined) owners.set(node.id, owner);
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child !== undefined) visit(child, owner ?? inherited);
    }
  };
  const [root] = nodes;
  if (root !== undefined) visit(root, { stage: 'other', file: 'node' });
  return owners;
};

/** What Node's stream handles have instead of a file. */
const WRITES = /^(writev|write[A-Z]\w*(Buffer|String)|writeBuffer)$/;
const SOCKET = /^node:(net|internal\/stream_base_commons|internal\/streams)/;

const ownerOf = ({ callFrame }: ProfileNode, inherited: Owner): Owner | undefined => {
  const { functionName, url } = callFrame;
  if (functionName === '(idle)') return undefined;
  if (functionName === '(garbage collector)') return { stage: 'garbage collection', file: functionName };
  if (WRITES.test(functionName) && url === '') return { stage: 'socket writes', file: functionName };
  const file = fileOf(url);
  if (file !== undefined)
    return { stage: FILES.find(([pattern]) => pattern.test(file))?.[1] ?? 'other', file };
  if (inherited.file !== 'node') return inherited;
  return SOCKET.test(url) || url.includes('@nats-io')
    ? { stage: 'receive', file: 'the client and its socket' }
    : inherited;
};

export interface StageShare {
  readonly stage: Stage;
  readonly micros: number;
}

/** The same by stage, in the order of a request. */
export const byStage = (shares: readonly FileShare[]): StageShare[] =>
  STAGES.map((stage) => ({
    stage,
    micros: shares.filter((share) => share.stage === stage).reduce((sum, { micros }) => sum + micros, 0),
  }));
