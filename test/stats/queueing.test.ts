import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { erlangB, erlangC, meanCi, mmc } from '../../src/stats/index.ts';
import {
  batchMeans,
  erlangA,
  fcfsTrace,
  jackson,
  jsq2Exact,
  machineRepair,
  md1WaitCdf,
  mg1,
  mm1,
  mm1kStates,
  mm1TransientDelay,
  mm1TransientMean,
  mmck,
  mmcResponseTail,
  mmcWaitQuantile,
  mmcWaitTail,
  mser,
  mva,
  p2cMeanResponse,
  p2cTail,
  psTrace,
} from '../../src/stats/theory/index.ts';

const rates = fc.record({
  lambda: fc.double({ min: 0.01, max: 40, noNaN: true }),
  mu: fc.double({ min: 0.1, max: 10, noNaN: true }),
  c: fc.integer({ min: 1, max: 30 }),
});

const near = (got: number, expected: number, rel = 1e-10): void => {
  expect(Math.abs(got - expected)).toBeLessThanOrEqual(rel * Math.abs(expected) + 1e-300);
};

test('one server is the case c = 1, deterministic service the case of no variance', () => {
  const one = mm1({ lambda: 0.8, mu: 1 });
  const several = mmc({ lambda: 0.8, mu: 1, c: 1 });
  if (!one.stable || !several.stable) throw new Error('both are stable');
  for (const key of ['L', 'Lq', 'W', 'Wq', 'rho'] as const) near(several[key], one[key]);
  near(mg1({ lambda: 0.8, es: 1, es2: 2 }).Wq, one.Wq);
  near(mg1({ lambda: 0.8, es: 1, es2: 1 }).Wq, one.Wq / 2);
});

test('an overloaded queue says so, and says nothing else', () => {
  expect(mm1({ lambda: 1, mu: 1 })).toEqual({ stable: false });
  expect(mmc({ lambda: 5, mu: 1, c: 5 })).toEqual({ stable: false });
  expect(erlangC({ c: 3, a: 3 })).toBe(1);
  expect(mmcWaitTail({ lambda: 5, mu: 1, c: 5, t: 10 })).toBe(1);
});

test('Little: what is in the system came in at the rate served, and stayed', () => {
  fc.assert(
    fc.property(rates, fc.integer({ min: 0, max: 60 }), ({ lambda, mu, c }, places) => {
      const queue = mmck({ lambda, mu, c, K: c + places });
      near(queue.L, queue.throughput * queue.W);
      near(queue.throughput, lambda * (1 - queue.pBlock), 1e-9);
      near(queue.utilisation * c * mu, queue.throughput);
    }),
  );
});

test('without places to wait the queue is Erlang B, with many it is Erlang C', () => {
  fc.assert(
    fc.property(rates, ({ lambda, mu, c }) => {
      near(mmck({ lambda, mu, c, K: c }).pBlock, erlangB({ c, a: lambda / mu }));
      const open = mmc({ lambda, mu, c });
      if (open.stable && open.rho < 0.9) near(mmck({ lambda, mu, c, K: c + 600 }).Wq, open.Wq, 1e-9);
    }),
  );
});

test('the probabilities of M/M/1/K are geometric, and uniform at a load of 1', () => {
  expect(mm1kStates({ lambda: 2, mu: 1, K: 2 })).toEqual([1 / 7, 2 / 7, 4 / 7]);
  expect(mm1kStates({ lambda: 3, mu: 3, K: 3 })).toEqual([0.25, 0.25, 0.25, 0.25]);
});

test('the wait exceeds its quantile with the rest of the probability', () => {
  fc.assert(
    fc.property(rates, fc.double({ min: 0.01, max: 0.9999, noNaN: true }), ({ lambda, mu, c }, q) => {
      fc.pre(lambda < 0.99 * c * mu);
      const t = mmcWaitQuantile({ lambda, mu, c, q });
      if (t > 0) near(mmcWaitTail({ lambda, mu, c, t }), 1 - q, 1e-9);
      else expect(mmcWaitTail({ lambda, mu, c, t: 0 })).toBeLessThanOrEqual(1 - q + 1e-12);
    }),
  );
});

test('the tail of the response has no seam where the spare rate is that of one server', () => {
  // c mu - lambda = mu at lambda = 1, mu = 1, c = 2.
  const at = (lambda: number) => mmcResponseTail({ lambda, mu: 1, c: 2, t: 3 });
  near((at(1 - 1e-7) + at(1 + 1e-7)) / 2, at(1), 1e-9);
});

test('the mean of the M/D/1 wait is the integral of its tail', () => {
  const [lambda, d] = [0.7, 1];
  let integral = 0;
  const step = 1 / 512;
  for (let t = step / 2; t < 60; t += step) integral += (1 - md1WaitCdf({ lambda, d, t })) * step;
  near(integral, mg1({ lambda, es: d, es2: d * d }).Wq, 1e-6);
});

test('impatience without end is Erlang B, endless patience Erlang C', () => {
  near(erlangA({ lambda: 4, mu: 1, theta: 1e9, c: 5 }).pAbandon, erlangB({ c: 5, a: 4 }), 1e-7);
  near(erlangA({ lambda: 4, mu: 1, theta: 1e-9, c: 5 }).pWait, erlangC({ c: 5, a: 4 }), 1e-7);
  // Patience as long as service: as many busy servers as jobs, so Poisson(a); a = 3, c = 2: 1 - e^-3 (1 + 3).
  near(erlangA({ lambda: 3, mu: 1, theta: 1, c: 2 }).pWait, 1 - 4 * Math.exp(-3));
});

describe('networks', () => {
  test('stations in a row are queues of their own', () => {
    const row = jackson({
      gamma: [2, 0],
      routing: [
        [0, 1],
        [0, 0],
      ],
      mu: [3, 4],
      servers: [1, 1],
    });
    expect(row.lambda).toEqual([2, 2]);
    near(row.W, 1 / (3 - 2) + 1 / (4 - 2));
  });

  test('a closed network of one station is the machine repair model', () => {
    for (const N of [1, 5, 40]) {
      const closed = mva({ demands: [0.5], think: 4, N });
      const repair = machineRepair({ M: N, c: 1, lambda: 1 / 4, mu: 1 / 0.5 });
      near(closed.X, repair.X);
      near(closed.R, repair.W);
      near(closed.Q[0]!, repair.L);
    }
    expect(mva({ demands: [0.5], think: 4, N: 0 })).toEqual({ X: 0, R: 0, Q: [0], U: [0] });
  });
});

describe('two choices', () => {
  test('the mean response is the sum of the tails over the load', () => {
    const lambda = 0.9;
    let jobs = 0;
    for (let i = 1; i < 40; i += 1) jobs += p2cTail({ lambda, d: 2, i });
    near(p2cMeanResponse({ lambda, d: 2 }), jobs / lambda);
  });

  test('two servers: random is two M/M/1, and each look at the queues helps', () => {
    const at = (d2prob: number) => jsq2Exact({ rho: 0.8, d2prob }).W;
    near(at(0), 1 / (1 - 0.8));
    expect(at(1)).toBeLessThan(at(0.5));
    expect(at(0.5)).toBeLessThan(at(0.2));
    expect(at(0.2)).toBeLessThan(at(0));
    // Still more than one pooled pair of servers, W = 1 / (1 - rho^2).
    expect(at(1)).toBeGreaterThan(1 / (1 - 0.64));
  });

  test('joining the shorter of two at a load of 1/2 takes 1.426', () => {
    expect(jsq2Exact({ rho: 0.5, d2prob: 1 }).W).toBeCloseTo(1.426, 3);
  });
});

describe('from empty', () => {
  test('the mean number rises from its start to the steady state', () => {
    const at = (t: number) => mm1TransientMean({ lambda: 0.5, mu: 1, n0: 0, t });
    expect(at(0)).toEqual({ meanN: 0, pEmpty: 1 });
    near(at(1000).meanN, 1, 1e-9);
    near(at(1000).pEmpty, 0.5, 1e-9);
    near(mm1TransientMean({ lambda: 0, mu: 1, n0: 1, t: 2 }).meanN, Math.exp(-2));
  });

  test('the delay of the second customer is what is left of the first, of later ones the steady wait', () => {
    // E[(S - A)^+] = lambda / (mu (lambda + mu)).
    near(mm1TransientDelay({ lambda: 0.5, mu: 1, n: 2 }), 0.5 / 1.5);
    near(mm1TransientDelay({ lambda: 0.5, mu: 1, n: 3000 }), 1, 1e-9);
  });
});

describe('traces', () => {
  const jobs = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), {
      minLength: 1,
      maxLength: 40,
    })
    .map((pairs) => {
      let now = 0;
      return { arrivals: pairs.map(([gap]) => (now += gap)), services: pairs.map(([, service]) => service) };
    });

  test('one server ends its last job at the same time however it shares itself', () => {
    fc.assert(
      fc.property(jobs, (trace) => {
        const last = Math.max(...fcfsTrace({ ...trace, c: 1 }).departures);
        expect(Math.max(...psTrace(trace).departures)).toBeCloseTo(last, 9);
      }),
    );
  });

  test('with a server for each job nobody waits', () => {
    fc.assert(
      fc.property(jobs, (trace) => {
        const { waits } = fcfsTrace({ ...trace, c: trace.arrivals.length });
        expect(waits.every((wait) => wait === 0)).toBe(true);
      }),
    );
  });

  test('two equal jobs at once share the server to the end', () => {
    expect(psTrace({ arrivals: [0, 0], services: [1, 1] })).toEqual({ departures: [2, 2] });
  });
});

describe('output', () => {
  test('batches of one are the plain interval', () => {
    const data = [3, 1, 4, 1, 5, 9, 2, 6];
    const plain = meanCi({ data, conf: 0.9 });
    expect(batchMeans({ data, batches: 8, conf: 0.9 })).toMatchObject({ mean: plain.mean, half: plain.half });
  });

  test('what does not fill a batch is dropped at the front', () => {
    expect(batchMeans({ data: [99, 1, 1, 3, 3], batches: 2, conf: 0.9 })).toMatchObject({
      batchSize: 2,
      mean: 2,
    });
  });

  test('a warm-up is cut off, a steady run is left whole', () => {
    const steady = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
    expect(mser({ data: [50, 20, ...steady], batch: 1 }).deletedObs).toBe(2);
    expect(mser({ data: [0.1, 0.1, 0.1, 0.1], batch: 1 })).toEqual({
      d: 0,
      deletedObs: 0,
      stat: 0,
      mean: 0.1,
    });
  });
});
