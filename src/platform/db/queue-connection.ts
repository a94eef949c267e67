import type { ClientConfig } from 'pg';
import { forQueue } from './connection-url.ts';
import { asOptions, PINNED_PARAMETERS } from './pinned-settings.ts';
import { ISOLATION } from './session-settings.ts';

/** The settings of the job queue's sessions. */
const SETTINGS = asOptions({ ...PINNED_PARAMETERS, default_transaction_isolation: ISOLATION });

/** How the job queue's driver connects to the host of a URL. Its sessions pin the same settings as all others. */
export function queueConnection(url: string): ClientConfig {
  const [place = '', query = ''] = forQueue(url).split('?');
  const parameters = new URLSearchParams(query);
  // Of two values, the server takes the later one.
  parameters.set('options', [parameters.get('options') ?? '', SETTINGS].join(' ').trim());
  // The driver decodes no plus sign.
  return { connectionString: `${place}?${String(parameters).replaceAll('+', '%20')}` };
}
