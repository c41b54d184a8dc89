/** Imports go down only: cli → app, adapters → ports → planner, config → domain. docs/architecture.md has the picture. */
const layer = (name, from, allowed) => ({
  name,
  severity: 'error',
  comment: `${from} may import only ${allowed.join(', ')}`,
  from: { path: `^src/${from}` },
  to: { path: '^src/', pathNot: allowed.map((folder) => `^src/${folder}`) },
});

module.exports = {
  forbidden: [
    layer('domain-imports-nothing-above', 'domain/', ['domain/']),
    layer('config-imports-domain', 'config/', ['config/', 'domain/']),
    layer('planner-imports-domain', 'planner/', ['planner/', 'domain/']),
    layer('ports-import-the-core', 'ports/', ['ports/', 'planner/', 'config/', 'domain/']),
    layer('app-never-imports-adapters', 'app/', ['app/', 'ports/', 'planner/', 'config/', 'domain/']),
    layer('adapters-never-import-app', 'adapters/', ['adapters/', 'ports/', 'planner/', 'config/', 'domain/']),
    layer('library-joins-use-cases-and-adapters', 'library/', [
      'library/',
      'app/',
      'adapters/',
      'ports/',
      'planner/',
      'config/',
      'domain/',
    ]),
    layer('index-is-the-core-and-the-library', 'index\\.ts$', ['library/', 'planner/', 'config/', 'domain/']),
    layer('cdktf-imports-the-public-api', 'cdktf/', ['cdktf/', 'index\\.ts$']),
    layer('pages-know-their-data-and-the-words', 'report/', ['report/', 'domain/', 'cli/html/page-data\\.ts$']),
    {
      name: 'pages-run-in-a-browser',
      severity: 'error',
      comment: 'src/report/ is bundled by scripts/generate.mjs; nothing that Node.js runs may import it',
      from: { path: '^src/', pathNot: '^src/report/' },
      to: { path: '^src/report/' },
    },
    {
      name: 'only-index-knows-the-library',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(library/|index\\.ts$)' },
      to: { path: '^src/library/' },
    },
    {
      name: 'the-cdk-stays-in-its-folder',
      severity: 'error',
      comment: 'The CDK is an optional peer: the CLI and the library work without it',
      from: { path: '^src/', pathNot: '^src/cdktf/' },
      to: { path: ['^src/cdktf/', '^(node_modules/)?(cdktf|cdktn|constructs|@cdktf)(/|$)'] },
    },
    {
      name: 'only-wiring-knows-both',
      severity: 'error',
      comment: 'cli/wiring.ts alone chooses the adapters',
      from: { path: '^src/cli/', pathNot: '^src/cli/wiring\\.ts$' },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'adapters-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/([^/]+)/', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'core-has-no-node',
      severity: 'error',
      from: { path: '^src/(domain|config|planner|report)/' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
