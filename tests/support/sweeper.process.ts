import { once } from 'node:events';
import { removeFolder } from './remove-folder.ts';

// Waits for the end of its parent, of which the end of its input tells, then removes the folder of that run.
const [folder = '', parent] = process.argv.slice(2);
process.stdin.resume();
await once(process.stdin, 'end');
// While vitest lives, it ends its workers itself.
await removeFolder(folder, Number(parent));
