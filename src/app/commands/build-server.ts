import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';

/** npm run build:server: compiles src/ to dist/, and copies the migrations. */
rmSync('dist', { recursive: true, force: true });
execFileSync('npx', ['tsc', '--project', 'tsconfig.build.json'], { stdio: 'inherit' });
cpSync('src/platform/db/migrations', 'dist/platform/db/migrations', { recursive: true });
