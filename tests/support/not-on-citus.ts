const TWO_DATABASES = 'needs two databases at the same time';
const READ_ALONE = 'each ticket is a separate statement there';

/** The database tests that `npm run test:citus` skips, and why. */
export const NOT_ON_CITUS = {
  /** Whole files. */
  files: {
    'tests/platform/db/migrate.test.ts': 'creates databases',
    'tests/platform/db/driver-faults.test.ts':
      'is about the driver and about servers: ours have passwords, and Citus has its own pg_terminate_backend',
    'tests/refunds/restored-backup.test.ts': 'copies tables, and turns foreign keys off',
    'tests/scale/!(citus*).test.ts': 'is about other ways to scale, which have servers of their own',
  } as Record<string, string>,
  /** Single tests, by name. */
  tests: {
    'five instances that migrate a new database at once do it once': TWO_DATABASES,
    'is the same, row by row, in two databases that load it at one time, though one loads it twice at once':
      TWO_DATABASES,
    'is the same to the last row when it is made again': TWO_DATABASES,
    'is read once for all tickets of a page, cached, and not read unless selected': TWO_DATABASES,
    'a single ticket can be seeded': TWO_DATABASES,
    'of a database of one’s own wants to be told twice': 'a database on Citus is not reset',
    'a single ticket is read by its key, however many tickets its user has':
      'looks at a plan for any value, which Citus makes on its workers',
    'seventy aliased tickets need nine statements': READ_ALONE,
    'one query reads one ticket by its key, or up to eight by theirs': READ_ALONE,
    'several tickets are read with a generic plan': READ_ALONE,
    'on Citus each ticket is read separately: one statement for all would query every shard': TWO_DATABASES,
    'says that an ordinary PostgreSQL has no Citus': 'has Citus',
    'an attempt does not wait for the disk, a cancellation does': 'has triggers on tables that are spread',
  } as Record<string, string>,
};
