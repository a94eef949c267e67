import { once } from 'node:events';
import { removeFolder } from './remove-folder.ts';

// Waits until its parent ends, which closes stdin, then removes the folder of that run.
const [folder = '', parent] = process.argv.slice(2);
process.stdin.resume();
await once(process.stdin, 'end');
// A running vitest ends its workers itself.
await removeFolder(folder, Number(parent));
