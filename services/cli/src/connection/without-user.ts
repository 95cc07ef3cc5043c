/** A URL as it may be shown: it can carry a password. */
export const withoutUser = (url: string): string => url.replace(/(^|,|:\/\/)[^/@,]*@/g, '$1');
