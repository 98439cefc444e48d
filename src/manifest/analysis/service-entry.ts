import { scopesOf } from './host-table.ts';
import { istio } from './message.ts';
import { problemIn } from './problem-in.ts';
import { nameOf, type Check } from './setting.ts';
import type { Written } from './written.ts';

/** ServiceEntries that a proxy cannot tell from others by their address, or that disagree on a port. */
export const serviceEntries: Check = (setting) => {
  const all = setting.written('networking.istio.io', 'ServiceEntry');
  return [...all.flatMap(withoutAddresses), ...otherProtocols(all)];
};

/** analyzers/serviceentry/protocoladdresses.go: TCP needs an address, unless istiod has given one already. */
function withoutAddresses(own: Written) {
  if (own.spec.at('addresses').isSet || own.status.at('addresses').items.length > 0) return [];
  return own.spec.at('ports').items.flatMap((port) => {
    if (!['', 'TCP'].includes((port.at('protocol').text ?? '').toUpperCase())) return [];
    return [
      problemIn(own.object, port.at('protocol').isSet ? port.at('protocol').path : port.path, 'value', {
        ...istio('IST0134'),
        message: 'ServiceEntry addresses are required for this protocol.',
      }),
    ];
  });
}

/** analyzers/serviceentry/conflictingserviceentries.go: one host, one port, two protocols, for those who see both. Told once each. */
function otherProtocols(all: readonly Written[]) {
  interface Claim {
    readonly own: Written;
    readonly host: string;
    readonly port: number;
    readonly protocol: string;
  }
  const byPlace = new Map<string, Claim[]>();
  for (const own of all) {
    const ports = own.spec.at('ports').items;
    for (const scope of scopesOf(own.spec.at('exportTo').texts, own.namespace)) {
      for (const host of own.spec.at('hosts').texts) {
        for (const each of ports) {
          const port = each.at('number').number ?? 0;
          const claim = { own, host, port, protocol: (each.at('protocol').text ?? '').toUpperCase() };
          const key = `${scope} ${host} ${port}`;
          byPlace.set(key, [...(byPlace.get(key) ?? []), claim]);
        }
      }
    }
  }
  const told = new Set<Written>();
  return [...byPlace].flatMap(([key, same]) => {
    const { host, port } = same[0]!;
    const claims = key.startsWith('* ') ? same : [...same, ...(byPlace.get(`* ${host} ${port}`) ?? [])];
    const protocols = [...new Set(claims.map(({ protocol }) => protocol))].sort();
    if (protocols.length < 2) return [];
    const owners = [...new Set(claims.map(({ own }) => own))];
    const names = owners.map(({ object }) => nameOf(object)).sort();
    return owners.flatMap((own) => {
      if (told.has(own)) return [];
      told.add(own);
      return [
        problemIn(own.object, ['spec', 'ports'], 'key', {
          ...istio('IST0177'),
          message: `Multiple ServiceEntries (${names.join(', ')}) define the same host "${host}" and port ${port} with conflicting protocols (${protocols.join(', ')}).`,
        }),
      ];
    });
  });
}
