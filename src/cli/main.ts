import { versionAsked } from './version-text.ts';

// What asks for the version alone is answered before anything else is loaded.
const words = process.argv.slice(2);
const version = versionAsked(words);
if (version === undefined) await (await import('./run-here.ts')).runHere(words);
else process.stdout.write(version);
