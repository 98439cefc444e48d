import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { causes } from './cause/index.ts';
import { healthy } from './healthy.ts';
import { injected, said, type Said } from './play.ts';
import { mended, type Mended } from './play-remedies.ts';
import { remedyPageOf, type RemedyRow } from './remedy-report.ts';
import { pageOf, type Table } from './report.ts';
import { seedsOfShipped } from './shipped-seeds.ts';
import { shippedNames } from '../support/scenario.ts';
import { shapes } from './shapes.ts';

/**
 * npm run confusion -- [--seeds 20] [--healthy 400] [--shipped 50] [--cause TEXT] [--again]
 * npm run confusion -- --remedies 1 [--cause TEXT] [--again]
 *
 * Is what is wrong also what the headline says? Each cause is put into each shape of mesh in which it makes sense, with so many
 * seeds, and played; so are meshes in which nothing is wrong, and the shipped scenarios with other seeds. Written to
 * reports/gallery/confusion.md. What was played before is not played again: it is kept, per cause and scenario, in
 * node_modules/.cache; after a change of the sources `--again` forgets it.
 *
 * With `--remedies` the first remedies of the headline are played instead, in each shape with so many seeds:
 * reports/gallery/remedies.md.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    healthy: { type: 'string', default: '400' },
    shipped: { type: 'string', default: '50' },
    cause: { type: 'string', default: '' },
    remedies: { type: 'string' },
    again: { type: 'boolean', default: false },
  },
});

const folder = join('node_modules', '.cache', 'meshshift-confusion');
const written = { page: 'reports/gallery/confusion.md', table: 'reports/gallery/confusion.json' };
const remedied = { page: 'reports/gallery/remedies.md', table: 'reports/gallery/remedies.json' };

/** The answer of before, where there is one. */
async function kept<Answer>(name: string, count: number, make: () => Promise<Answer>): Promise<Answer> {
  const file = join(folder, `${name.replace(/[^a-z0-9]+/gi, '-')}-${count}.json`);
  if (!values.again && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Answer;
  const answer = await make();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(answer));
  return answer;
}

async function sayingsOf(cause: string, seeds: number): Promise<Said[]> {
  const all: Said[] = [];
  for (const shape of Object.keys(shapes)) {
    for (let seed = 1; seed <= seeds; seed++) {
      const mesh = injected(cause, shape, seed);
      if (mesh !== undefined) all.push((await said(mesh, seed)).said);
    }
  }
  return all;
}

async function healthyRuns(count: number): Promise<Said[]> {
  const all: Said[] = [];
  for (let seed = 1; seed <= count; seed++) all.push((await said(healthy(seed), seed)).said);
  return all;
}

async function mendedIn(cause: string, seeds: number): Promise<Mended[]> {
  const all: Mended[] = [];
  for (const shape of Object.keys(shapes)) {
    const mesh = injected(cause, shape, 1);
    if (mesh !== undefined) all.push(await mended(mesh, seeds));
  }
  return all;
}

async function playRemedies(seeds: number): Promise<void> {
  const rows: RemedyRow[] = [];
  for (const cause of Object.keys(causes)) {
    if (!cause.includes(values.cause)) continue;
    rows.push({ cause, mended: await kept(`remedies of ${cause}`, seeds, () => mendedIn(cause, seeds)) });
    console.log(cause);
  }
  if (values.cause !== '') return;
  writeFileSync(remedied.page, remedyPageOf({ seeds, rows }));
  writeFileSync(remedied.table, `${JSON.stringify({ seeds, rows })}\n`);
  console.log(`Written: ${remedied.page}, ${remedied.table}`);
}

async function playCauses(): Promise<void> {
  const seeds = Number(values.seeds);
  const table: Table = { seeds, rows: [], healthy: [], shipped: [] };
  for (const cause of Object.keys(causes)) {
    if (!cause.includes(values.cause)) continue;
    const sayings = await kept(cause, seeds, () => sayingsOf(cause, seeds));
    table.rows.push({ cause, finding: causes[cause]!.finding, sayings });
    const right = sayings.filter(({ codes }) => codes[0] === causes[cause]!.finding).length;
    console.log(`${right} of ${sayings.length}  ${cause}`);
  }
  const count = Number(values.healthy);
  table.healthy.push(...(await kept('healthy runs', count, () => healthyRuns(count))));
  const turns = Number(values.shipped);
  for (const name of shippedNames) {
    const own = await kept(`shipped ${name}`, turns, () => seedsOfShipped(name, turns));
    table.shipped.push(own);
    console.log(`${name}: ${JSON.stringify(own.headlines)}`);
  }
  if (values.cause === '') {
    writeFileSync(written.page, pageOf(table));
    // What was said in full is kept where it was not what must be said.
    const short = table.rows.map(({ finding, sayings, ...row }) => ({
      ...row,
      finding,
      sayings: sayings.map(({ headline, ...own }) => (own.codes[0] === finding ? own : { ...own, headline })),
    }));
    writeFileSync(written.table, `${JSON.stringify({ ...table, rows: short })}\n`);
    console.log(`Written: ${written.page}, ${written.table}`);
  }
}

await (values.remedies === undefined ? playCauses() : playRemedies(Number(values.remedies)));
