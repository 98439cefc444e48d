import { describe, expect, test } from 'vitest';
import type { Span } from '../../../src/fit/traces/span.ts';
import { spanOf } from '../../../src/fit/traces/span.ts';
import { answersOf, tracesOf, type Trace, type Unit } from '../../../src/fit/traces/tree.ts';

interface Written {
  readonly id: string;
  readonly parent?: string;
  readonly kind?: Span['kind'];
  readonly service: string;
  readonly at?: readonly [startMs: number, endMs: number];
  readonly shared?: boolean;
  /** A proxy: whom it calls, `in` for its own application. */
  readonly proxy?: string;
  readonly gateway?: boolean;
  readonly status?: number;
  readonly follows?: boolean;
}

const trace = (written: readonly Written[]): Trace =>
  tracesOf(
    written.map(
      ({ id, parent = '', kind = '', service, at = [0, 10], shared, proxy, gateway, status, follows }) => {
        const tags: Record<string, string | undefined> = {
          'http.status_code': status === undefined ? undefined : String(status),
          ...(proxy === undefined
            ? {}
            : {
                node_id: `${gateway === true ? 'router' : 'sidecar'}~10.0.0.1~${service}-7d9c6b5f4d-4hk2m.made~made.svc.cluster.local`,
                upstream_cluster:
                  proxy === 'in' ? 'inbound|8080||' : `outbound|8080||${proxy}.made.svc.cluster.local`,
              }),
        };
        return spanOf({
          traceId: '1',
          spanId: id,
          parentId: parent,
          kind,
          name: service,
          startUs: at[0] * 1000,
          durationUs: (at[1] - at[0]) * 1000,
          service,
          shared: shared ?? false,
          follows: follows ?? false,
          tag: (name) => tags[name],
        });
      },
    ),
  )[0]!;

/** `web(db, mail)`: who answered whose calls. */
const drawn = (unit: Unit): string =>
  `${unit.service}${unit.calls.length === 0 ? '' : `(${unit.calls.map((call) => answersOf(call).map(drawn).join(' then ') || `${call.span.host}?`).join(', ')})`}`;

const tops = ({ units }: Trace): string[] => units.filter(({ from }) => from === undefined).map(drawn);

describe('who called whom', () => {
  test('spans of an SDK between two of sidecars are of the same request, whatever they call their service', () => {
    const found = trace([
      { id: '1', service: 'web', proxy: 'in' },
      { id: '2', parent: '1', kind: 'server', service: 'web-backend' },
      { id: '3', parent: '2', kind: 'internal', service: 'web-backend' },
      { id: '4', parent: '3', kind: 'client', service: 'web-backend', at: [2, 8] },
      { id: '5', parent: '4', service: 'web', proxy: 'price', at: [3, 7] },
      { id: '6', parent: '5', service: 'price', proxy: 'in', at: [4, 6] },
    ]);
    expect(tops(found)).toEqual(['web(price)']);
    // The call is as long as the sidecar saw it.
    expect(found.units[0]!.calls[0]!.span.durationUs).toBe(4000);
    expect(found.units[0]!.handlerStartUs).toBe(0);
  });

  test('older Envoys call all their spans client: the cluster tells', () => {
    const found = trace([
      { id: '1', kind: 'client', service: 'web', proxy: 'in' },
      { id: '2', parent: '1', kind: 'client', service: 'web', proxy: 'price' },
      { id: '3', parent: '2', kind: 'client', service: 'price', proxy: 'in' },
    ]);
    expect(tops(found)).toEqual(['web(price)']);
  });

  test('tries of a sidecar are one call with several answers, with a span per try or without', () => {
    const call = [
      { id: '1', service: 'web', proxy: 'in' },
      { id: '2', parent: '1', service: 'web', proxy: 'price' },
    ];
    const first = { service: 'price', proxy: 'in', status: 503, at: [1, 2] } as const;
    const second = { service: 'price', proxy: 'in', status: 200, at: [4, 6] } as const;
    expect(
      tops(trace([...call, { id: '3', parent: '2', ...first }, { id: '4', parent: '2', ...second }])),
    ).toEqual(['web(price then price)']);
    const perTry = trace([
      ...call,
      { id: '5', parent: '2', service: 'web', proxy: 'price' },
      { id: '6', parent: '2', service: 'web', proxy: 'price' },
      { id: '3', parent: '5', ...first },
      { id: '4', parent: '6', ...second },
    ]);
    expect(tops(perTry)).toEqual(['web(price then price)']);
  });

  test('a gateway writes two spans, or one for both sides; between two services it only passes on', () => {
    const below = [{ id: '9', service: 'web', proxy: 'in' }] as const;
    const server = { id: '1', kind: 'server', service: 'door', proxy: 'web', gateway: true } as const;
    const egress = {
      id: '2',
      parent: '1',
      kind: 'client',
      service: 'door',
      proxy: 'web',
      gateway: true,
    } as const;
    expect(tops(trace([server, egress, { ...below[0], parent: '2' }]))).toEqual(['door(web)']);
    expect(tops(trace([server, { ...below[0], parent: '1' }]))).toEqual(['door(web)']);
    const between = trace([
      { id: '7', service: 'shop', proxy: 'in' },
      { id: '8', parent: '7', service: 'shop', proxy: 'web' },
      { ...server, parent: '8' },
      egress,
      { ...below[0], parent: '2' },
    ]);
    expect(tops(between)).toEqual(['shop(web)']);
  });

  test("client and server that share an id are two: what is below is the server's", () => {
    const found = trace([
      { id: '1', kind: 'server', service: 'web' },
      { id: '2', parent: '1', kind: 'client', service: 'web' },
      { id: '2', parent: '1', kind: 'server', service: 'price', shared: true },
      { id: '3', parent: '2', kind: 'client', service: 'price' },
      { id: '3', parent: '2', kind: 'server', service: 'stock', shared: true },
    ]);
    expect(tops(found)).toEqual(['web(price(stock))']);
    expect(found.isWhole).toBe(true);
  });

  test('without kinds a change of the service tells the sides', () => {
    const found = trace([
      { id: '1', service: 'web' },
      { id: '2', parent: '1', service: 'web' },
      { id: '3', parent: '2', service: 'price' },
      { id: '4', parent: '3', service: 'price' },
    ]);
    expect(tops(found)).toEqual(['web(price)']);
  });

  test('a client of several clients, as a driver is, is no call: those below it are', () => {
    const found = trace([
      { id: '1', kind: 'server', service: 'web' },
      { id: '2', parent: '1', kind: 'client', service: 'web' },
      { id: '3', parent: '2', kind: 'client', service: 'web', at: [1, 2] },
      { id: '4', parent: '2', kind: 'client', service: 'web', at: [3, 4] },
      { id: '5', parent: '3', kind: 'server', service: 'price' },
      { id: '6', parent: '4', kind: 'server', service: 'stock' },
    ]);
    expect(tops(found)).toEqual(['web(price, stock)']);
  });
});

describe('whether a trace is whole', () => {
  const web = { id: '1', kind: 'server', service: 'web' } as const;
  test.each([
    { spans: [web], isWhole: true, because: 'one span is all' },
    { spans: [{ ...web, parent: '77' }], isWhole: true, because: 'its caller is outside' },
    {
      spans: [web, { id: '3', parent: '2', kind: 'server', service: 'price' }],
      isWhole: false,
      because: 'the call between is lost',
    },
    {
      spans: [web, { id: '3', parent: '1', kind: 'server', service: 'price', shared: true }],
      isWhole: false,
      because: "the client's half is lost",
    },
  ] as const)('$isWhole: $because', ({ spans, isWhole }) => {
    expect(trace(spans).isWhole).toBe(isWhole);
  });

  test('the same span sent twice counts once, and spans that are each their parent end', () => {
    const found = trace([
      web,
      web,
      { id: '5', parent: '6', service: 'a' },
      { id: '6', parent: '5', service: 'b' },
    ]);
    expect(found.units.map(({ service }) => service)).toContain('web');
    expect(found.units.filter(({ service }) => service === 'web').length).toBe(1);
  });
});
