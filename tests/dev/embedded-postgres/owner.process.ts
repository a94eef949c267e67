import { startEmbeddedPostgres } from '../../../src/dev/embedded-postgres/start-embedded-postgres.ts';

// An Usher reduced to its database: owns the folder it is told until told to stop, or killed. Durable,
// because a server that is not loses its last commits when killed.
const [dataFolder = ''] = process.argv.slice(2);
try {
  const database = await startEmbeddedPostgres({ dataFolder });
  process.once('message', async () => {
    await database.stop();
    process.disconnect();
  });
  process.send?.({ url: database.url, notice: database.notice });
} catch (error) {
  const { name, message } = error as Error;
  process.send?.({ error: `${name}: ${message}` }, () => process.exit(1));
}
