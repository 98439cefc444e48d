/** What no manifest says, asked for in one place: `numbers` of the scenario. */
export interface Unknown {
  readonly name: UnknownName;
  /** What is taken for it, and the range in which it may lie. */
  readonly guess: number | string;
  readonly from: number | string;
  readonly to: number | string;
  readonly what: string;
  /** Where one finds it. */
  readonly where: string;
}

export type UnknownName = 'pages' | 'background' | 'cpu' | 'wait' | 'boot';

export const unknowns: readonly Unknown[] = [
  {
    name: 'pages',
    guess: 20,
    from: 5,
    to: 80,
    what: 'pages a second, of each kind that comes in',
    where: 'rate(istio_requests_total{source_workload="istio-ingressgateway"}[5m])',
  },
  {
    name: 'background',
    guess: 5,
    from: 1,
    to: 20,
    what: 'calls a second of each worker that begins by itself',
    where: 'the length of its queue over time, or its own logs',
  },
  {
    name: 'cpu',
    guess: '2ms',
    from: '500us',
    to: '8ms',
    what: 'CPU of a workload for one request',
    where: 'kubectl top pods, divided by the requests a second of the same pods',
  },
  {
    name: 'wait',
    guess: '5ms',
    from: '1ms',
    to: '20ms',
    what: 'time of a workload for one request beside its CPU and its calls',
    where: 'a trace',
  },
  {
    name: 'boot',
    guess: '15s',
    from: '3s',
    to: '60s',
    what: 'time from the start of a container until it takes requests',
    where: 'kubectl describe pod: from Started to Ready',
  },
];

/** What the user knows of them already, as options of the command. */
export type Known = Partial<Readonly<Record<UnknownName, number | string>>>;
