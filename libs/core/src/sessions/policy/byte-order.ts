/**
 * Orders texts as their UTF-8 bytes do. Sums of binary64 weights depend on the order, so it may follow
 * neither a locale nor an object's key order (macp §2.2).
 */
export const compareBytes = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
};

/** Halves of a surrogate pair stand for code points above U+FFFF, so they come after U+E000–U+FFFF. */
const rank = (unit: number): number => {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
};
