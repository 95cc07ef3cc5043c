import { badInput } from '../stop.ts';

/** Throws what keeps a text from being JSON that means one thing, with its line: a break in it, or a key given twice. */
export const assertJson = (source: string, text: string): void => {
  try {
    JSON.parse(text);
  } catch {
    throw badInput(`${source} is not JSON: ${whereItBreaks(text)}`);
  }
  const twice = keyGivenTwice(text);
  if (twice !== undefined) {
    throw badInput(`${source}: ${placeOf(text, twice.at)}: the key ${twice.key} is given twice`);
  }
};

/** What opens and closes, and texts: with a colon after it, a text is a key. */
const TOKENS = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/gs;

/** The first key that its object has already; the text must be JSON. */
const keyGivenTwice = (text: string): { readonly key: string; readonly at: number } | undefined => {
  const open: Set<string>[] = [];
  for (const { 0: token, 1: word, 2: colon, index } of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') open.push(new Set());
    if (token === '}' || token === ']') open.pop();
    if (word === undefined || colon === undefined) continue;
    const key: string = JSON.parse(word);
    if (open.at(-1)?.has(key)) return { key: word, at: index };
    open.at(-1)?.add(key);
  }
  return undefined;
};

/** JSON.parse knows a position at times and a token at others; a person wants the line. */
const whereItBreaks = (text: string): string => {
  const at = firstBreak(text);
  const place = placeOf(text, at);
  return at >= text.length
    ? `it ends too early (${place})`
    : `${place}: unexpected ${JSON.stringify(text.charAt(at))}`;
};

const placeOf = (text: string, at: number): string => {
  const before = text.slice(0, at).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
};

/** Where no continuation can make the text JSON any more: the end of the longest prefix that could still become it. */
const firstBreak = (text: string): number => {
  let [sound, broken] = [0, text.length + 1];
  while (broken - sound > 1) {
    const middle = (sound + broken) >>> 1;
    if (breaksInside(text.slice(0, middle))) broken = middle;
    else sound = middle;
  }
  return sound;
};

const breaksInside = (prefix: string): boolean => {
  try {
    JSON.parse(prefix);
    return false;
  } catch (error) {
    const { message } = error as Error;
    const position = /position (\d+)/.exec(message)?.[1];
    return position === undefined
      ? !message.includes('end of JSON')
      : Number(position) < prefix.trimEnd().length && !message.startsWith('Unterminated');
  }
};
