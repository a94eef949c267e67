const TWO_DATABASES = 'needs two databases at once';
const READ_ALONE = 'each ticket is a statement there';

/** The database tests that `npm run test:citus` skips, and why. */
export const NOT_ON_CITUS = {
  /** Whole files. */
  files: {
    'tests/platform/db/migrate.test.ts': 'makes databases of its own',
    'tests/platform/db/driver-faults.test.ts':
      'is about the driver and about servers: ours have passwords, and Citus has its own pg_terminate_backend',
    'tests/scale/!(citus*).test.ts': 'is about other ways to scale, which have servers of their own',
  } as Record<string, string>,
  /** Single tests, by name. */
  tests: {
    'five instances that migrate a new database at once do it once': TWO_DATABASES,
    'is the same, row by row, in two databases that load it at one time, though one loads it twice at once':
      TWO_DATABASES,
    'is the same to the last row when it is made again': TWO_DATABASES,
    'is read once for all tickets of a page, kept, and not read where it is not asked for': TWO_DATABASES,
    'a single ticket can be seeded': TWO_DATABASES,
    'of a database of one’s own wants to be told twice': 'a database on Citus is not reset',
    'a single ticket is read by its key, however many tickets its user has':
      'looks at a plan for any value, which Citus makes on its workers',
    'seventy tickets by aliases cost nine statements': READ_ALONE,
    'one ticket is read by its key, several by theirs, eight at most': READ_ALONE,
    'several tickets are read by a plan that is made once': READ_ALONE,
    'where there is Citus, each is read by itself: one statement for all would ask every shard':
      TWO_DATABASES,
    'says that an ordinary PostgreSQL has no Citus': 'has Citus',
    'an attempt does not wait for the disk, a cancellation does': 'has triggers on tables that are spread',
  } as Record<string, string>,
};
