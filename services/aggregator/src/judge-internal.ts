import { badRequest } from '@edict/contracts';
import type { SessionCommand } from '@edict/core';
import { errorText, type RespondText, type SessionDesk } from '@edict/engine';

/**
 * Starts and ends the sessions that verdicts wait for, as the owners of those verdicts ask for it. Signals come by
 * other ways only.
 */
export const judgeInternal =
  (desk: SessionDesk) =>
  (partition: number, { ws, command }: { ws: string; command: unknown }, respond: RespondText): void => {
    const sealed = command as Partial<SessionCommand> | null;
    if (sealed?.kind === 'start-sealed' || sealed?.kind === 'cancel-sealed') {
      desk.internal(partition, ws, sealed as SessionCommand, respond);
    } else {
      const { rejection } = badRequest('/command/kind', 'only sealed sessions are started or cancelled here');
      respond(errorText(rejection), rejection);
    }
  };
