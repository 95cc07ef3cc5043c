import { NOTHING_RECORDED, type Rejection } from '@edict/contracts';
import type { RespondText } from '@edict/engine';
import type { VerbHandler } from './verb-handler.ts';

const UNSURE: Rejection = {
  code: 'UNAVAILABLE',
  message: 'another process may still record the request; send it again with the same id',
};

/** Answers a request that another member may have too, and may still record: nobody may say that nothing was. */
export const withoutPromises =
  (respond: RespondText, { errorText }: VerbHandler): RespondText =>
  (text, rejection) => {
    if (rejection === undefined || !NOTHING_RECORDED.has(rejection.code)) respond(text, rejection);
    else respond(errorText(UNSURE), UNSURE);
  };
