/**
 * Paths to templates of an app file, in which `*` stands for one part: ids and numbers always, and any part that takes more than 20
 * values. Queries are cut off.
 */
export function pathTemplates(paths: Iterable<string>): (path: string) => string {
  const root: Branch = { next: new Map() };
  for (const path of new Set(paths)) {
    let branch = root;
    for (const part of partsOf(path)) {
      let next = branch.next.get(part);
      if (next === undefined) {
        next = { next: new Map() };
        branch.next.set(part, next);
      }
      branch = next;
    }
  }
  merge(root);
  return (path) => {
    let branch: Branch | undefined = root;
    const template = partsOf(path).map((part) => {
      const own: Branch | undefined = branch?.next.get(part);
      const kept = own === undefined && branch?.next.has('*') === true ? '*' : part;
      branch = own ?? branch?.next.get('*');
      return kept;
    });
    return `/${template.join('/')}`;
  };
}

interface Branch {
  readonly next: Map<string, Branch>;
}

const mostValues = 20;

function merge(branch: Branch): void {
  if (branch.next.size > mostValues) {
    const all: Branch = { next: new Map() };
    for (const own of branch.next.values()) unite(all, own);
    branch.next.clear();
    branch.next.set('*', all);
  }
  for (const own of branch.next.values()) merge(own);
}

function unite(into: Branch, from: Branch): void {
  for (const [part, own] of from.next) {
    const known = into.next.get(part);
    if (known === undefined) into.next.set(part, own);
    else unite(known, own);
  }
}

const partsOf = (path: string): string[] =>
  path
    .split(/[?#;]/)[0]!
    .split('/')
    .slice(1)
    .map((part) => (isId(part) ? '*' : part));

/** Numbers, UUIDs and long hexadecimal or mixed words. */
const isId = (part: string): boolean =>
  /^\d+$/.test(part) ||
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(part) ||
  /^(?=.*\d)[0-9a-f]{8,}$/i.test(part) ||
  /^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_-]{16,}$/.test(part);
