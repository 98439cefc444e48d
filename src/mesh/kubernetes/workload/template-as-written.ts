/**
 * A pod template as text that is equal where the API server holds the two for the same: whatever is written counts, read by the
 * model or not, for it makes other pods (pkg/controller/deployment/util, EqualIgnoreHash). What is empty is as good as left out, and
 * a default that is written as one that is not (pkg/apis/core/v1/defaults.go). Order of keys says nothing, order of lists does.
 */
export const templateAsWritten = (template: unknown): string =>
  JSON.stringify(canonical(template, 'template'));

function canonical(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item, key));
    return items.length === 0 ? undefined : items;
  }
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const written = value as Readonly<Record<string, unknown>>;
  const defaults = defaultsOf(key, written);
  const own = Object.keys(written)
    .sort()
    .flatMap((field): [string, unknown][] => {
      const inside = canonical(isQuantities(key) ? quantity(written[field]) : written[field], field);
      return inside === undefined || inside === defaults[field] ? [] : [[field, inside]];
    });
  return own.length === 0 ? undefined : Object.fromEntries(own);
}

const probe = {
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
  initialDelaySeconds: 0,
};

const defaults: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  spec: {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: 30,
  },
  ports: { protocol: 'TCP' },
  startupProbe: probe,
  readinessProbe: probe,
  livenessProbe: probe,
  httpGet: { path: '/', scheme: 'HTTP' },
};

function defaultsOf(
  key: string,
  written: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (key !== 'containers' && key !== 'initContainers') return defaults[key] ?? {};
  const image = typeof written['image'] === 'string' ? written['image'] : '';
  return {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: /^[^@]*(:latest|\/[^/:@]*|^[^/:@]*)$/.test(image) ? 'Always' : 'IfNotPresent',
  };
}

const isQuantities = (key: string): boolean => key === 'requests' || key === 'limits';

/** 0.5 and "500m" are one amount. */
function quantity(written: unknown): unknown {
  const text = String(written);
  const found = /^(\d+(?:\.\d+)?)(m?)$/.exec(text);
  return found === null ? text : `${Math.round(Number(found[1]) * (found[2] === 'm' ? 1 : 1000))}m`;
}
