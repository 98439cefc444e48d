import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import type { SeenPast } from '../../verdict/past.ts';
import { isHost, type LeftOut } from './choice.ts';
import { ownCopy } from './own-copy.ts';

/** More hosts than these are not those of a mesh; whoever sent is asked of so many requests of each. */
const mostHosts = 1000;
const mostAsked = 10_000;

interface PastHost {
  readonly ways: Map<string, number>;
  readonly callers: Map<string, number>;
  asked: number;
}

const wayOf: Readonly<Partial<Record<string, string>>> = {
  'to services as a whole, without a subset (no rule chose one, or the versions are Services of their own: name those in --weights)':
    'to the service as a whole, without a subset',
  'that the proxy passed on to an address that is no service it knows (PassthroughCluster)':
    'through PassthroughCluster, to an address that the proxy does not know for a service',
};

/** Requests that went to a service without a rule that chose a version, by its host. */
export class PastRequests {
  readonly #hosts = new Map<string, PastHost>();

  /** So many in that way, of whom nobody tells who sent them. */
  addWay(host: string, way: string, times: number): void {
    const own = this.#of(host);
    own?.ways.set(way, (own.ways.get(way) ?? 0) + times);
  }

  add(host: string, how: LeftOut, source: string, request: RecordedRequest): void {
    const own = this.#of(host);
    if (own === undefined) return;
    const { times = 1 } = request;
    own.ways.set(how, (own.ways.get(how) ?? 0) + times);
    if (own.asked >= mostAsked) return;
    own.asked += 1;
    const { proxy } = request;
    const caller = proxy === undefined ? source : `${proxy} in ${source}`;
    const known = own.callers.get(caller);
    own.callers.set(known === undefined ? ownCopy(caller) : caller, (known ?? 0) + times);
  }

  /** undefined: there are too many. */
  #of(host: string): PastHost | undefined {
    const known = this.#hosts.get(host);
    if (known !== undefined || this.#hosts.size >= mostHosts) return known;
    const own = { ways: new Map<string, number>(), callers: new Map<string, number>(), asked: 0 };
    this.#hosts.set(ownCopy(host), own);
    return own;
  }

  /** Those for this service; undefined where there were none. */
  of(service: string): SeenPast | undefined {
    const ways = new Map<string, number>();
    const callers = new Map<string, number>();
    for (const [host, own] of this.#hosts) {
      if (!isHost(host, service) && !isHost(service, host)) continue;
      for (const [how, requests] of own.ways) addTo(ways, wayOf[how] ?? how, requests);
      // Beyond the first, who sent is not known, so that numbers would be too small.
      for (const [name, requests] of own.callers) addTo(callers, name, requests);
    }
    if (ways.size === 0) return undefined;
    return {
      ways: [...ways].map(([way, requests]) => ({ way, requests })),
      callers: [...callers]
        .map(([name, requests]) => ({ name, requests }))
        .sort((a, b) => b.requests - a.requests),
    };
  }
}

const addTo = (sums: Map<string, number>, name: string, by: number): void =>
  void sums.set(name, (sums.get(name) ?? 0) + by);
