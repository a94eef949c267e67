import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };

/** The servers that the benchmark compares. Each listens on PORT and reads Usher's environment variables. */
export interface Contender {
  name: ContenderName;
  title: string;
  /** The arguments of Node. */
  command: readonly string[];
  /** Its additional environment variables. */
  environment: Record<string, string>;
}

export type ContenderName = 'baseline' | 'gathering' | 'usher' | 'mercurius' | 'ordinary' | 'earlier';

/** The best pool size on two cores, where more connections only compete for CPU. */
const POOL = { DATABASE_POOL_SIZE: '4' };

const source = (script: string) => ['--import', 'tsx', script];

/** As `npm run start:production` starts Usher, built. */
const [variables = '', production = ''] = packageJson.scripts['start:production'].split(' exec node ');

const usherIn = (folder: string): Pick<Contender, 'command' | 'environment'> => ({
  command: production.split(' ').map((part) => (part === 'dist/main.js' ? join(folder, part) : part)),
  environment: Object.fromEntries(variables.split(' ').map((variable) => variable.split('='))),
});

/** A clone of another commit, installed and built. */
const { EARLIER } = process.env;

export const CONTENDERS: readonly Contender[] = [
  {
    name: 'baseline',
    title: 'baseline',
    command: source('tests/bench/contenders/baseline/main.ts'),
    environment: POOL,
  },
  {
    name: 'gathering',
    title: 'baseline, reads gathered',
    command: source('tests/bench/contenders/baseline/main.ts'),
    environment: { ...POOL, GATHER_READS: 'true' },
  },
  {
    name: 'usher',
    title: 'Usher',
    ...usherIn('.'),
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
  ...(EARLIER ? [{ name: 'earlier', title: 'Usher of another commit', ...usherIn(EARLIER) } as const] : []),
];
