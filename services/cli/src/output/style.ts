import { styleText } from 'node:util';

/** Colours by meaning. Without a terminal every one leaves the text as it is. */
export interface Style {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly wait: (text: string) => string;
  readonly name: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

type Format = Parameters<typeof styleText>[0];

/** Colours only where a person looks: a terminal, and no `NO_COLOR`. */
export const createStyle = (coloured: boolean): Style => {
  const paint =
    (format: Format) =>
    (text: string): string =>
      coloured ? styleText(format, text, { validateStream: false }) : text;
  return {
    good: paint('green'),
    bad: paint('red'),
    wait: paint('yellow'),
    name: paint('cyan'),
    strong: paint('bold'),
    faint: paint('dim'),
  };
};

/** A word in the colour of an effect; the word is the effect itself unless given. */
export const paintEffect = (style: Style, effect: string, word = effect): string => {
  if (effect === 'allow') return style.good(word);
  return effect === 'deny' ? style.bad(word) : style.wait(word);
};
