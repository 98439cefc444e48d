import type { Stream } from '../../kernel/chance.ts';
import type { Sampler } from '../../kernel/distribution.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { Connections } from '../app/connections.ts';
import type { CookieJars } from '../app/cookie-jars.ts';
import type { Stations } from '../app/stations.ts';
import type { ConfigTables } from '../envoy/config-tables.ts';
import type { ConnectionTable } from '../envoy/connection-pool.ts';
import type { Proxies } from '../envoy/proxies.ts';
import type { ConnectionPools } from '../envoy/connection-pools.ts';
import type { Upstreams } from '../envoy/upstreams.ts';
import type { Pod } from '../kubernetes/pod.ts';
import type { KubeProxy } from '../kubernetes/kube-proxy.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { RequestClasses } from '../envoy/request-class.ts';
import type { RequestColumns } from './request-columns.ts';

/** What the life of a request asks of the world around it, and nothing more. */
export interface Surroundings {
  readonly simulation: Simulation;
  readonly rows: RequestColumns;
  readonly classes: RequestClasses;
  readonly tables: ConfigTables;
  readonly pods: readonly Pod[];
  readonly proxies: Proxies;
  readonly upstreams: Upstreams;
  readonly connections: ConnectionTable;
  readonly pools: ConnectionPools;
  readonly stations: Stations;
  /** Where no sidecar decides. */
  readonly kubeProxy: KubeProxy;
  /** What the mesh counts of itself. */
  readonly telemetry: Telemetry;
  readonly clients: readonly ClientOfTraffic[];
  /** Row of the proxy of each pod; -1: no sidecar, or not started yet. */
  readonly proxyOfPod: readonly number[];
  /** Row of the pod of each proxy; -1: no manifest has it. */
  readonly podOfProxy: readonly number[];
  /** From a proxy's decision to answer by itself until its caller has the answer. */
  readonly localReplyUs: number;
  /** Retries of one request from which on the budget counts them. */
  readonly manyRetries: number;
  /** Row of the service whose split the pages are asked for. */
  readonly focusRow: number;
  /** Row of a service's name; -1 for "". */
  serviceRow(service: string): number;
  /** Key of a pod among those of a service. */
  keyOfPod(service: number, pod: number): number;
  /** The pod that asks for a client of a traffic entry, or for nobody in particular (-1); -1: there is none. */
  clientPod(source: number, client: number): number;
  /** The pod in which somebody asks without a visit to a gateway: the one whose script calls, or a client's. */
  askingPod(row: number): number;
  /** A proxy passes a request on: its processor works. */
  proxyWorks(proxy: number): void;
}

/** The gateway that the visitors of a traffic entry come to. */
export interface EntranceOfTraffic {
  /** Row of the proxy of a gateway whose pods no manifest has; -1: pods with these labels, in this namespace. */
  readonly assumed: number;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** No Service lets its visitors' port in. */
  readonly closed: boolean;
  /** A node that has such pods is drawn first. */
  readonly byNode: boolean;
  readonly chance: Stream;
}

/** Who asks for the pages of one traffic entry. */
export interface ClientOfTraffic {
  /** Pods that ask; undefined: visitors at a gateway. */
  readonly workload: string | undefined;
  readonly entrance: EntranceOfTraffic;
  /** Chance of those who are nobody in particular. */
  readonly anybody: Stream;
  /** The connections that they keep; undefined: a new one per page. */
  readonly kept: Connections | undefined;
  /** The cookies that they keep; undefined: they are nobody in particular, and keep none. */
  readonly cookies: CookieJars | undefined;
  /** How long they wait, in microseconds; undefined: for ever. */
  readonly patience: Sampler | undefined;
}
