/** The layers of ARCHITECTURE.md: imports point downward only. */
const layer = (name, from, allowed) => ({
  name,
  severity: 'error',
  comment: `${from} may import only ${allowed.join(', ') || 'itself'}`,
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: [`^src/${from}/`, ...allowed.map((a) => `^src/${a}`)] },
});
/** Inside the mesh: a room may import only these other rooms; nobody but world.ts imports the life of a request. */
const room = (name, from, rooms) =>
  layer(name, `mesh/${from}`, rooms.map((own) => `mesh/${own}/`).concat(leaves));
const leaves = ['kernel/', 'stats/', 'words/', 'manifest/', 'accesslog/'];
module.exports = {
  forbidden: [
    layer('kernel-knows-no-mesh', 'kernel', []),
    layer('stats-is-arithmetic', 'stats', ['kernel/math', 'kernel/normal-quantile']),
    {
      name: 'theory-only-checks',
      severity: 'error',
      comment: 'closed forms check the model from outside: nothing that is shown rests on them',
      from: { path: '^src/', pathNot: '^src/(stats/theory/|door/stats\\.ts)' },
      to: { path: '^src/stats/theory/' },
    },
    layer('words-are-a-leaf', 'words', []),
    layer('manifest-is-a-leaf', 'manifest', ['kernel/math', 'words/']),
    layer('accesslog-is-a-leaf', 'accesslog', ['kernel/math', 'manifest/']),
    layer('fit-knows-no-model', 'fit', leaves),
    layer('mesh-knows-no-one-above', 'mesh', leaves),
    room('app-runs-in-pods', 'app', ['envoy', 'kubernetes']),
    room('envoy-knows-no-istiod', 'envoy', ['kubernetes', 'telemetry']),
    room('kubernetes-knows-no-proxy', 'kubernetes', ['app', 'telemetry']),
    room('istiod-reads-and-translates', 'istiod', ['envoy', 'kubernetes', 'telemetry']),
    room('telemetry-watches', 'telemetry', ['envoy', 'kubernetes']),
    room('request-is-told-by-world-alone', 'request', ['app', 'envoy', 'kubernetes', 'telemetry']),
    room('timeline-acts-on-the-mesh', 'timeline', ['app', 'istiod', 'kubernetes']),
    layer('record-is-a-shape', 'record', ['stats/', 'kernel/math', 'manifest/']),
    layer('verdict-judges-numbers', 'verdict', [...leaves, 'record/']),
    layer('scenario-reads-text', 'scenario', [...leaves, 'mesh/', 'record/']),
    layer('report-reads-records', 'report', [
      'record/',
      'verdict/',
      'stats/',
      'words/',
      'kernel/math',
      'manifest/',
    ]),
    layer('experiment-runs', 'experiment', [
      ...leaves,
      'fit/',
      'mesh/',
      'record/',
      'verdict/',
      'scenario/',
      'report/',
    ]),
    layer('workshop-shows', 'workshop', [
      'experiment/session/',
      'record/',
      'verdict/',
      'stats/',
      'words/',
      'manifest/',
      'kernel/math',
      'report/palette',
    ]),
    {
      name: 'the-page-is-no-part-of-the-command-line',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/workshop/' },
      to: { path: '^src/workshop/' },
    },
    {
      name: 'no-node-below-the-shells',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    { name: 'no-lost-module', severity: 'error', from: { path: '^src/' }, to: { couldNotResolve: true } },
  ],
  options: {
    // vega-lite names its types and its module under `exports` alone.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
