import type { Sample } from '../measure/sample.ts';
import type { WindowOptions } from '../measure/window.ts';

/** What is asked, and of whom. */
export type Load =
  | { readonly kind: 'stock-echo' | 'thin-echo' | 'published' }
  | {
      readonly kind: 'verdict';
      readonly workspace: string;
      /** Spreads the requests over `<workspace>-0`, `<workspace>-1` … */
      readonly workspaces?: number;
      readonly agents?: number;
    }
  | { readonly kind: 'signal'; readonly sessions: number }
  /** Of a peer's server, which listens on that port. */
  | { readonly kind: 'opa' | 'macp-runtime'; readonly port: number };

/** What the bench asks its requester process to do; it answers each message with one {@link Answer}. */
export type Order =
  | { readonly kind: 'window'; readonly load: Load; readonly options: WindowOptions }
  | {
      readonly kind: 'open-sessions';
      readonly count: number;
      /** Where macp-runtime listens, if it is to open them. */
      readonly macpPort?: number;
    }
  | { readonly kind: 'decide-many'; readonly workspace: string; readonly count: number }
  | { readonly kind: 'saves'; readonly workspace: string; readonly count: number; readonly rules: number };

export type Answer =
  | { readonly kind: 'window'; readonly sample: Sample }
  | { readonly kind: 'done' }
  | {
      readonly kind: 'saves';
      /** Milliseconds from each acknowledgement until every partition had answered under the new revision. */
      readonly elapsedMs: readonly number[];
      /** Milliseconds that the same questions take when nothing was saved. */
      readonly askedMs: readonly number[];
    }
  | { readonly kind: 'failed'; readonly message: string };
