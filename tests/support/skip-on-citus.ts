import { beforeEach } from 'vitest';
import { NOT_ON_CITUS } from './not-on-citus.ts';

beforeEach(({ task, skip }) => {
  const reason = NOT_ON_CITUS.tests[task.name];
  if (reason !== undefined) skip(reason);
});
