import { connect, isIP } from 'node:net';
import pg from 'pg';
import { type DatabaseAddress, readAddress } from './database-address.ts';
import { asOptions, PINNED_PARAMETERS } from './pinned-settings.ts';
import { ISOLATION } from './session-settings.ts';

/** The settings of the job queue's sessions. */
const SETTINGS = asOptions({ ...PINNED_PARAMETERS, default_transaction_isolation: ISOLATION });

/**
 * How the job queue's driver connects to a host: as the other driver does, and its sessions pin the same
 * settings.
 */
function queueConnection(address: DatabaseAddress): pg.ClientConfig {
  const { hosts, user, password, database, tls, isDirectTls, applicationName, options } = address;
  const [{ host, port } = { host: undefined, port: undefined }] = hosts;
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    ...(applicationName === null ? {} : { application_name: applicationName }),
    ssl: tls === 'prefer' ? { rejectUnauthorized: false } : tls,
    ...(isDirectTls ? { sslnegotiation: 'direct' as const } : {}),
    // Of two values, the server takes the later one.
    options: options === null ? SETTINGS : `${options} ${SETTINGS}`,
  };
}

/** The private fields of the driver's client that say whether it speaks TLS. */
interface TlsFields {
  ssl: unknown;
  connection: { ssl: unknown };
}

/** A client for a URL. The driver knows no "prefer": this asks first whether the server speaks TLS. */
export class QueueClient extends pg.Client {
  constructor(url: string, config: pg.ClientConfig = {}) {
    const address = readAddress(url);
    super({ ...config, ...queueConnection(address) });
    if (address.tls !== 'prefer') return;
    const start = this.connect.bind(this) as (done: (error?: Error) => void) => void;
    const askAndConnect = (done: (error?: Error) => void) =>
      void offersTls(this.host, this.port).then((isOffered) => {
        const fields = this as unknown as TlsFields;
        if (!isOffered) {
          fields.ssl = false;
          fields.connection.ssl = false;
        }
        start(done);
      });
    this.connect = askAndConnect as typeof this.connect;
  }
}

/** PostgreSQL's SSLRequest. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const YES = 'S'.charCodeAt(0);
const TIMEOUT_MS = 5_000;

/** Whether a server speaks TLS. False when it cannot be reached either. */
function offersTls(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, ...(isIP(host) === 6 ? { family: 6 } : {}) });
    const end = (isOffered: boolean) => {
      socket.destroy();
      resolve(isOffered);
    };
    socket.setTimeout(TIMEOUT_MS, () => end(false));
    socket.once('connect', () => socket.write(SSL_REQUEST));
    socket.once('data', (answer) => end(answer[0] === YES));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
