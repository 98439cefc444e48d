import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import type { SeenPast } from '../../verdict/past.ts';
import { isHost, type LeftOut } from './choice.ts';
import { ownCopy } from './own-copy.ts';

/** More hosts than these are not those of a mesh; whoever sent is asked of so many requests of each. */
const mostHosts = 1000;
const mostAsked = 10_000;

interface PastHost {
  readonly ways: Map<LeftOut, number>;
  readonly callers: Map<string, number>;
  asked: number;
}

const wayOf: Partial<Record<LeftOut, string>> = {
  'to services as a whole, without a subset (no rule chose one, or the versions are Services of their own: name those in --weights)':
    'to the service as a whole, without a subset',
  'that the proxy passed on to an address that is no service it knows (PassthroughCluster)':
    'through PassthroughCluster, to an address that the proxy does not know for a service',
};

/** Requests that went to a service without a rule that chose a version, by its host. */
export class PastRequests {
  readonly #hosts = new Map<string, PastHost>();

  add(host: string, how: LeftOut, source: string, request: RecordedRequest): void {
    let own = this.#hosts.get(host);
    if (own === undefined) {
      if (this.#hosts.size >= mostHosts) return;
      own = { ways: new Map(), callers: new Map(), asked: 0 };
      this.#hosts.set(ownCopy(host), own);
    }
    const { times = 1 } = request;
    own.ways.set(how, (own.ways.get(how) ?? 0) + times);
    if (own.asked >= mostAsked) return;
    own.asked += 1;
    const { proxy } = request;
    const caller = proxy === undefined ? source : `${proxy} in ${source}`;
    const known = own.callers.get(caller);
    own.callers.set(known === undefined ? ownCopy(caller) : caller, (known ?? 0) + times);
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
