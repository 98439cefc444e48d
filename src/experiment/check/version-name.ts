/**
 * The version of the weights that a name in the data stands for; undefined: none of them, or not only one. Beside the name itself:
 *
 *   V1, reviews-v1, v1 for reviews-v1, 1, version 1        other spellings, as a pod, an HTTPRoute or a person writes it
 *   reviews-v1-545db77b95-abcde, reviews-v1-0              a pod of it
 *   outbound|9080|v1|reviews.default.svc.cluster.local     the cluster that names it
 *   no stars, black, red stars, ☆, v1 (no stars)           what Bookinfo's page shows of v1, v2, v3, as `run` prints it
 */
export function versionMeant(name: string, keys: readonly string[]): string | undefined {
  if (keys.includes(name)) return name;
  const spelt = spellings(name);
  for (const one of spelt) {
    const alike = keys.filter((key) => isAlike(one, key.toLowerCase()));
    if (alike.length > 0) return alike.length === 1 ? alike[0] : undefined;
  }
  // Stars stand for versions only where no version is called so itself.
  const stars = spelt.flatMap((one) => starsOf(one) ?? []);
  const shown = keys.filter((key) => {
    const own = starsOf(key.toLowerCase());
    return own !== undefined && stars.includes(own);
  });
  return shown.length === 1 ? shown[0] : undefined;
}

/**
 * The version of the weights that a subset of a cluster is. Names of subsets are exact in Istio: `old-v3` is another one than `v3`.
 * Where none is called so, weights may be written as a person writes them (1, V1), by the workloads of the service itself (reviews-v1),
 * or by what Bookinfo's page shows.
 */
export function subsetMeant(subset: string, keys: readonly string[], service: string): string | undefined {
  if (keys.includes(subset)) return subset;
  const own = subset.toLowerCase();
  const short = service.split('.', 1)[0]!;
  const written = keys.filter((key) => {
    const names = spellings(key);
    return names.some((name) => name === own || name === `${short}-${own}` || own === `${short}-${name}`);
  });
  if (written.length > 0) return written.length === 1 ? written[0] : undefined;
  const shown = keys.filter(
    (key) => starsOf(own) !== undefined && starsOf(key.toLowerCase()) === starsOf(own),
  );
  return /^v[123]$/.test(own) && shown.length === 1 ? shown[0] : undefined;
}

/**
 * Whether a name that is none of these versions could be another one of their kind, as v2 among v1 and v3: then it has weight 0.
 * What has another form is another word for one of them, or a mistake.
 */
export function isOfTheirKind(name: string, keys: readonly string[]): boolean {
  const shape = (text: string): string => text.toLowerCase().replace(/\d+/g, '#');
  const own = spellings(name).map((one) => shape(starVersions[starsOf(one) ?? ''] ?? one));
  return keys.some((key) => {
    const other = shape(starVersions[starsOf(key.toLowerCase()) ?? ''] ?? key);
    return own.some((one) => isAlike(one, other));
  });
}

/** The name in small letters, and what of it may be the version: less and less is left. */
function spellings(name: string): string[] {
  const whole = name.trim().toLowerCase();
  // outbound|9080|v1|host
  const cluster = /^(?:outbound|inbound|inbound-vip)\|\d+\|(?:(?:http|tcp)\/)?([^|]+)\|/.exec(whole)?.[1];
  if (cluster !== undefined) return [cluster];
  const plain = whole.replace(/\s*\([^)]*\)$/, '').replace(/^(?:version|subset)[\s:=-]*/, '');
  // A pod of a Deployment: its template's hash and five letters; of a StatefulSet: its number.
  const workload = /^(.+)-(?=[a-z0-9]*\d)[a-z0-9]{6,10}-[a-z0-9]{5}$/.exec(plain)?.[1];
  const stateful = /^(.+-.+)-\d{1,3}$/.exec(plain)?.[1];
  return [
    ...new Set(
      [whole, plain, workload, stateful].flatMap((one) => {
        if (one === undefined || one === '') return [];
        const joined = one.replace(/[\s_:./]+/g, '-');
        return [one, joined, ...(/^\d/.test(joined) ? [`v${joined}`] : [])];
      }),
    ),
  ];
}

const isAlike = (name: string, key: string): boolean =>
  key === name || key.endsWith(`-${name}`) || name.endsWith(`-${key}`);

type Stars = 'none' | 'black' | 'red';

/** Bookinfo's versions of reviews, by what the page shows of them. */
const starVersions: Readonly<Record<string, string>> = { none: 'v1', black: 'v2', red: 'v3' };

const starWords: Readonly<Record<Stars, readonly string[]>> = {
  none: ['none', 'no', 'without', '·', 'v1'],
  black: ['black', '☆', 'v2'],
  red: ['red', '★', 'v3'],
};

/** What stars a name speaks of; of a pod's name, by its version. */
function starsOf(name: string): Stars | undefined {
  const word = name.replace(/[\s_-]*stars?$/, '').replace(/^.*-(?=v[123]$)/, '');
  return (Object.keys(starWords) as Stars[]).find((own) => starWords[own].includes(word));
}
