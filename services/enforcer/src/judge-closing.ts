import { CloseVerdict, check } from '@edict/contracts';
import { errorText, type RespondText, type VerdictDesk } from '@edict/engine';

/** Takes the ends of sessions that verdicts wait for, from the owners of those sessions. */
export const judgeClosing =
  (desk: VerdictDesk) =>
  (partition: number, { ws, command }: { ws: string; command: unknown }, respond: RespondText): void => {
    const checked = check(CloseVerdict, command);
    if (checked.ok) desk.close(partition, ws, checked.value, respond);
    else respond(errorText(checked.rejection), checked.rejection);
  };
