import type { LoggedCall, PodLog } from './logged-call.ts';

/** A way in: requests of one kind that come from outside. */
export interface Entry {
  /** Service that they are for. */
  readonly service: string;
  readonly namespace: string;
  readonly port: number;
  readonly method: string;
  /** Path without its query; parts that differ from request to request are `*`. */
  readonly template: string;
  /** The path that is asked for most often. */
  readonly path: string;
  /** Host header that is sent most often; "" where none is told. */
  readonly authority: string;
  /** All of them, in the order of their starts. */
  readonly calls: readonly LoggedCall[];
}

/** Entries, those with the most requests first, of lines that took a route at a gateway. */
export function entriesOf(logs: readonly PodLog[]): readonly Entry[] {
  const calls = logs
    .filter(({ isGateway }) => isGateway)
    .flatMap(({ outbound }) => outbound)
    .filter(({ host }) => host !== '')
    .sort((one, other) => one.startMs - other.startMs);
  const templates = templatesOf(calls);
  const groups = new Map<string, LoggedCall[]>();
  calls.forEach((call, at) => {
    const key = `${call.host} ${call.method} ${templates[at]!}`;
    const own = groups.get(key);
    if (own === undefined) groups.set(key, [call]);
    else own.push(call);
  });
  return [...groups]
    .map(([key, own]) => {
      const { host, port, method } = own[0]!;
      const { service, namespace } = serviceOf(host);
      return {
        service,
        namespace,
        port,
        method,
        template: key.slice(host.length + method.length + 2),
        path: mostOften(own.map(({ path }) => path)),
        authority: mostOften(own.map(({ authority }) => authority)),
        calls: own,
      };
    })
    .sort((one, other) => other.calls.length - one.calls.length);
}

/** `cart.shop.svc.cluster.local` -> the Service and its namespace; another name is a service by itself. */
export function serviceOf(host: string): { readonly service: string; readonly namespace: string } {
  const parts = host.split('.');
  if (parts.length >= 3 && parts[2] === 'svc') return { service: parts[0]!, namespace: parts[1]! };
  return { service: host, namespace: '' };
}

const mostBranches = 20;

/** Paths -> their templates: a part is `*` where it looks like an id, or where very many values stand in its place. */
export function templatesOf(
  calls: readonly { readonly host: string; readonly path: string }[],
): readonly string[] {
  const seen = new Map<string, Set<string>>();
  const split = (path: string): string[] => path.replace(/[?#].*$/, '').split('/');
  const template = (host: string, path: string, note: boolean): string => {
    const parts = split(path);
    let prefix = host;
    return parts
      .map((part) => {
        const known = seen.get(prefix);
        if (note) {
          if (known === undefined) seen.set(prefix, new Set([part]));
          else if (known.size <= mostBranches) known.add(part);
        }
        const isId = /^\d+$/.test(part) || /^(?=.*\d)[0-9a-f-]{8,}$/i.test(part);
        const shown = isId || (!note && known !== undefined && known.size > mostBranches) ? '*' : part;
        prefix += `/${isId ? '*' : part}`;
        return shown;
      })
      .join('/');
  };
  for (const { host, path } of calls) template(host, path, true);
  return calls.map(({ host, path }) => template(host, path, false));
}

function mostOften(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  let best = '';
  let most = 0;
  for (const [text, count] of counts) {
    if (count > most || (count === most && text < best)) {
      best = text;
      most = count;
    }
  }
  return best;
}
