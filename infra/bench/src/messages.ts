import type { Load } from './modes.ts';
import type { WindowOptions, WindowResult } from './window.ts';

/** What the bench asks its requester process to do; it answers each message with one {@link Answer}. */
export type Order =
  | { readonly kind: 'window'; readonly load: Load; readonly options: WindowOptions }
  | { readonly kind: 'saves'; readonly count: number };

export type Answer =
  | { readonly kind: 'window'; readonly result: WindowResult }
  | { readonly kind: 'saves'; readonly elapsedMs: readonly number[] }
  | { readonly kind: 'failed'; readonly message: string };
