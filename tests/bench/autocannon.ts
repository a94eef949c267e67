/** For whoever is outside this folder, which has the package. */
export { type Client, default as autocannon, type Request } from 'autocannon';
