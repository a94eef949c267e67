/** The environment variables of a contender, the same as of Usher. */
const { env } = process;

export const environment = {
  port: Number(env.PORT),
  databaseUrl: env.DATABASE_URL ?? '',
  poolSize: Number(env.DATABASE_POOL_SIZE),
  secret: env.JWT_SECRET ?? '',
  issuer: env.JWT_ISSUER ?? '',
  audience: env.JWT_AUDIENCE ?? '',
  publicUrl: env.PUBLIC_URL ?? '',
  /** Like Usher (docs/decisions/036). The published driver has no such option. */
  gatherReads: env.GATHER_READS === 'true',
  cancelAttemptsPerHour: Number(env.CANCEL_ATTEMPTS_PER_HOUR),
};
