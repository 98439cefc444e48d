// node test/bench/play.mjs FOLDER [path=value ...]: plays a scenario with what is built, and prints what that cost as a line of JSON.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadScenario, begin } from '../../dist/index.mjs';

const [folder, ...set] = process.argv.slice(2);
const textOf = (name) => readFileSync(join(folder, name), 'utf8');
const secondsSince = (start) => {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
};
const started = process.cpuUsage();
const { value: scenario, problems } = await loadScenario({
  path: folder,
  file: 'scenario.yaml',
  text: textOf('scenario.yaml'),
  set,
  read: async (name) => ({ value: textOf(name), problems: [] }),
});
if (scenario === undefined) throw new Error(JSON.stringify(problems, null, 2));
const run = begin(scenario);
const setUpSeconds = secondsSince(started);
const setUpBytes = process.resourceUsage().maxRSS * 1024;
const playing = process.cpuUsage();
run.runUntil(scenario.durationUs);
const seconds = secondsSince(playing);
const { events } = run;
const { record } = run.end();
console.log(
  JSON.stringify({
    setUpSeconds,
    setUpBytes,
    seconds,
    events,
    pages: record.pages.pages,
    meanMs: record.pages.latency?.meanMs,
    bytes: process.resourceUsage().maxRSS * 1024,
  }),
);
