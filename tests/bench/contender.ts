import packageJson from '../../package.json' with { type: 'json' };

/** Whom the benchmark compares, each a program that listens on PORT and takes Usher's variables. */
export interface Contender {
  name: ContenderName;
  title: string;
  /** What Node is started with. */
  command: readonly string[];
  /** What it gets besides the variables of all. */
  environment: Record<string, string>;
}

export type ContenderName = 'limit' | 'gathering' | 'usher' | 'mercurius' | 'ordinary';

/** The best on two cores: more connections only take turns there. */
const POOL = { DATABASE_POOL_SIZE: '4' };

const source = (script: string) => ['--import', 'tsx', script];

/** As `npm run start:production` starts Usher, built. */
const [variables = '', production = ''] = packageJson.scripts['start:production'].split(' exec node ');

export const CONTENDERS: readonly Contender[] = [
  {
    name: 'limit',
    title: 'LIMIT',
    command: source('tests/bench/contenders/limit/main.ts'),
    environment: POOL,
  },
  {
    name: 'gathering',
    title: 'LIMIT, reads gathered',
    command: source('tests/bench/contenders/limit/main.ts'),
    environment: { ...POOL, GATHER_READS: 'true' },
  },
  {
    name: 'usher',
    title: 'Usher',
    command: production.split(' '),
    environment: Object.fromEntries(variables.split(' ').map((variable) => variable.split('='))),
  },
  {
    name: 'mercurius',
    title: 'Mercurius + JIT, loaders',
    command: source('tests/bench/contenders/mercurius/main.ts'),
    environment: POOL,
  },
  {
    name: 'ordinary',
    title: 'our libraries, the ordinary way',
    command: source('tests/bench/contenders/ordinary/main.ts'),
    // tsx compiles decorators only in files that its tsconfig.json includes; the root's leaves this folder out.
    environment: { ...POOL, TSX_TSCONFIG_PATH: 'tests/bench/tsconfig.json' },
  },
];
