import { badInput } from '../stop.ts';

/** What reading a file or a folder gives; bad input that names it and says why when it cannot be read. */
export const readable = <T>(path: string, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw badInput(`there is no ${path}`);
    throw badInput(`${path} cannot be read: ${message}`);
  }
};
