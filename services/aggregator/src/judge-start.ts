import { badRequest } from '@edict/contracts';
import type { SessionCommand } from '@edict/core';
import { errorText, type RespondText, type SessionDesk } from '@edict/engine';

/** Takes the sessions that verdicts wait for, from the owners of those verdicts. Signals come by other ways only. */
export const judgeStart =
  (desk: SessionDesk) =>
  (partition: number, { ws, command }: { ws: string; command: unknown }, respond: RespondText): void => {
    const start = command as Partial<SessionCommand> | null;
    if (start?.kind === 'start-sealed') desk.internal(partition, ws, start as SessionCommand, respond);
    else {
      const { rejection } = badRequest('/command/kind', 'only the start of a sealed session is taken here');
      respond(errorText(rejection), rejection);
    }
  };
