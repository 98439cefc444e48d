import { logs } from './logs.ts';
import { manifests } from './manifests.ts';
import { options } from './options.ts';
import { runs } from './runs.ts';
import { scenarios } from './scenarios.ts';

export const fuzzKinds = { manifests, scenarios, logs, options, runs };
