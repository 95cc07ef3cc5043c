/**
 * Makes a try-out undoable: between `mark` and `release` every change notes how to take it back.
 * Outside of a try-out nothing is noted, so rebuilding a state from its journal costs nothing extra.
 */
export interface UndoLog {
  readonly active: boolean;
  note(undo: () => void): void;
  mark(): void;
  rollback(): void;
  release(): void;
}

export const createUndoLog = (): UndoLog => {
  let notes: (() => void)[] = [];
  let active = false;
  return {
    get active() {
      return active;
    },
    note(undo) {
      if (active) notes.push(undo);
    },
    mark() {
      active = true;
    },
    rollback() {
      for (let i = notes.length - 1; i >= 0; i--) notes[i]?.();
      notes = [];
      active = false;
    },
    release() {
      notes = [];
      active = false;
    },
  };
};
