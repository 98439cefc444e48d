// Leaves beside the scripts of dist/ what this Node compiles of them for a run with its report, as `script.mjs` will ask for it.
// Its argument is the folder for that run's report.
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runHere, scripts, setFlags } from '../../dist/script.mjs';

// What has not run for a while would be forgotten.
setFlagsFromString('--no-flush-bytecode');
await runHere(['run', 'scenarios/traffic-shifting', '--out', process.argv[2]]);
setFlagsFromString('--flush-bytecode');
setFlags();
// How the run fares is for tests to say.
process.exitCode = 0;
for (const [path, script] of scripts) writeFileSync(path, script.createCachedData());
