import { expect, test } from 'vitest';
import { outboundOf, type Call } from '../../../src/mesh/envoy/outbound.ts';
import { tcpMethod } from '../../../src/mesh/envoy/route-match.ts';
import type { ProxyConfiguration, TcpProxy } from '../../../src/mesh/envoy/route.ts';

/** Filter chains of one port, each with a cluster of its own. */
const chain = (cluster: string, own: Partial<TcpProxy>): TcpProxy => ({
  host: 'db',
  port: 443,
  cluster,
  metadata: { owner: null, rule: '' },
  ...own,
});

/** The cluster that a connection to the port goes to, or that it is refused. */
function goes(
  chains: readonly TcpProxy[],
  call: Partial<Call>,
  outbound?: ProxyConfiguration['outbound'],
): string {
  const found = outboundOf(
    {
      routes: [],
      clusters: [],
      inbound: [],
      tcp_proxies: chains,
      ...(outbound === undefined ? {} : { outbound }),
    },
    { method: tcpMethod, path: '/', authority: '', headers: {}, port: 443, dialled: 'db', ...call },
  );
  return found.kind === 'route' ? (found.route.route?.cluster ?? '') : found.kind;
}

// api/envoy/config/listener/v3/listener_components.proto, FilterChainMatch.server_names: the exact name first, then the
// longest wildcard that ends it; a chain without names takes the rest. The inspector tells names in small letters.
test.each([
  {
    serverName: 'a.example.com',
    to: 'exact',
    because: 'the exact name goes before a wildcard of the same length',
  },
  {
    serverName: 'A.Example.Com',
    to: 'exact',
    because: 'names are not told apart by the size of their letters',
  },
  { serverName: 'c.example.com', to: 'near', because: 'the wildcard covers it' },
  { serverName: 'x.c.example.com', to: 'near', because: 'a wildcard covers names of any depth' },
  { serverName: 'example.com', to: 'far', because: 'a wildcard does not cover what it ends with itself' },
  { serverName: 'books.com', to: 'far', because: 'the shorter wildcard is left' },
  { serverName: 'example.org', to: 'any', because: 'nobody names it' },
  { serverName: undefined, to: 'any', because: 'it asks for no name: what is no TLS never does' },
])('a connection that asks for $serverName goes to the chain "$to": $because', ({ serverName, to }) => {
  const chains = [
    chain('far', { server_names: ['*.com'] }),
    chain('near', { server_names: ['*.org.example', '*.example.com'] }),
    chain('exact', { server_names: ['b.example.com', 'a.example.com'] }),
    chain('any', {}),
  ];
  const call = serverName === undefined ? {} : { serverName };
  expect(goes(chains, call)).toBe(to);
  expect(goes(chains.toReversed(), call)).toBe(to);
});

test('a connection that no chain of its listener is for: a sidecar passes it on by the mesh’s policy, a gateway refuses it', () => {
  const named = [chain('named', { server_names: ['a.example.com'] })];
  for (const call of [{}, { serverName: 'b.example.com' }]) {
    expect(goes(named, call, 'PassthroughCluster')).toBe('PassthroughCluster');
    expect(goes(named, call, 'BlackHoleCluster')).toBe('BlackHoleCluster');
    expect(goes(named, call)).toBe('refused');
  }
  expect(goes(named, { serverName: 'a.example.com', port: 80 })).toBe('refused');
});

// RFC 4632: a prefix of n bits holds the addresses whose first n bits are its own.
test.each([
  { written: '192.0.2.0/24', address: '192.0.2.255', holds: true, because: 'the last of 256' },
  { written: '192.0.2.0/24', address: '192.0.3.0', holds: false, because: 'the next one' },
  { written: '192.0.2.128/25', address: '192.0.2.127', holds: false, because: 'the one before' },
  {
    written: '192.0.2.7/24',
    address: '192.0.2.9',
    holds: true,
    because: 'bits behind the prefix do not count',
  },
  { written: '192.0.2.6/31', address: '192.0.2.7', holds: true, because: 'a pair' },
  { written: '192.0.2.6/31', address: '192.0.2.8', holds: false, because: 'not of the pair' },
  { written: '192.0.2.6/32', address: '192.0.2.6', holds: true, because: 'one address' },
  { written: '192.0.2.6/32', address: '192.0.2.7', holds: false, because: 'another' },
  { written: '128.0.0.0/1', address: '255.1.2.3', holds: true, because: 'the upper half' },
  { written: '128.0.0.0/1', address: '127.255.255.255', holds: false, because: 'the lower half' },
  { written: '0.0.0.0/0', address: '203.0.113.9', holds: true, because: 'all there are' },
  { written: '192.0.2.6', address: '192.0.2.6', holds: true, because: 'it is the address' },
  { written: '192.0.2.6', address: '192.0.2.60', holds: false, because: 'it only begins alike' },
  { written: '2001:db8::/32', address: '192.0.2.6', holds: false, because: 'the two are of different kinds' },
  { written: '192.0.2.0/24', address: '2001:db8::1', holds: false, because: 'so are these' },
])(
  'a listener at $written takes a connection to $address: $holds, $because',
  ({ written, address, holds }) => {
    const chains = [chain('db', { addresses: ['198.51.100.1', written] })];
    expect(goes(chains, { dialled: '', address }, 'PassthroughCluster')).toBe(
      holds ? 'db' : 'PassthroughCluster',
    );
  },
);
