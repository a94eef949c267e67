/** Exits with 0 when this container's Usher lives: a worker answers on METRICS_PORT, all else on PORT. */
const { ROLE, PORT, METRICS_PORT } = process.env;
const port = ROLE === 'worker' ? METRICS_PORT || 9464 : PORT || 4000;
const { ok } = await fetch(`http://127.0.0.1:${port}/healthz`);
process.exitCode = ok ? 0 : 1;
