/** Whom the benchmark compares, each a program that listens on PORT and takes Usher's variables. */
export interface Contender {
  name: ContenderName;
  title: string;
  script: string;
  /** What it gets besides the variables of all. */
  environment: Record<string, string>;
}

export type ContenderName = 'limit' | 'usher' | 'mercurius' | 'ordinary';

/** The best on two cores: more connections only take turns there. */
const POOL = { DATABASE_POOL_SIZE: '4' };

export const CONTENDERS: readonly Contender[] = [
  { name: 'limit', title: 'LIMIT', script: 'tests/bench/contenders/limit/main.ts', environment: POOL },
  { name: 'usher', title: 'Usher', script: 'src/main.ts', environment: {} },
  {
    name: 'mercurius',
    title: 'Mercurius + JIT, loaders',
    script: 'tests/bench/contenders/mercurius/main.ts',
    environment: POOL,
  },
  {
    name: 'ordinary',
    title: 'our libraries, the ordinary way',
    script: 'tests/bench/contenders/ordinary/main.ts',
    environment: POOL,
  },
];
