/** Where to connect, and as whom. */
export interface ServerAddresses {
  readonly hosts: readonly string[];
  readonly user?: { readonly name: string; readonly password: string };
}

const WITH_USER = /^((?:\w+:\/\/)?)([^:@/]*):?([^@/]*)@(.*)$/;

/**
 * Reads one or more server URLs, also as one text with commas. User and password are taken out of them: the client
 * would look for a host of that name. The first URL's are used for all.
 */
export const serverAddresses = (url: string | readonly string[]): ServerAddresses => {
  const urls = (typeof url === 'string' ? url.split(',') : url)
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const [, , name, password] = WITH_USER.exec(urls[0] ?? '') ?? [];
  return {
    hosts: urls.map((each) => each.replace(WITH_USER, '$1$4')),
    ...(name !== undefined && { user: { name: unescaped(name), password: unescaped(password ?? '') } }),
  };
};

/** A password with a bare percent sign is taken as it stands. */
const unescaped = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
