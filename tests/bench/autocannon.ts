/** Re-exports the package for files outside this folder, which has its own node_modules. */
export { type Client, default as autocannon, type Request } from 'autocannon';
