/** At which port is asked where nothing says which: HTTP's own, and that of TLS. */
export const schemePort = { http: 80, https: 443 } as const;

/** undefined: of a scheme that is neither. */
export const portOfScheme = (scheme: string): number | undefined =>
  scheme === 'http' || scheme === 'https' ? schemePort[scheme] : undefined;
