import { parseArgs } from 'node:util';
import { commandLine } from '../../platform/text/command-line.ts';
import { CommandError } from './run-command.ts';

const command = (args: string) => commandLine('refunds', 'refunds', args);

/** npm run refunds: lets an operator see, retry, settle and compare refunds. */
export const USAGE = `Usage:
  ${command('list --stuck')}
      refunds that failed, do not move or were made twice, payments that came too late, webhooks that contradict
      what is known, mails and SMS that were refused or given up, and SMS of which nobody knows whether they were sent
  ${command('retry ID')}
      ask for a failed refund anew, or look at a waiting one at once
  ${command('settle ID --reference REFERENCE')}
      record that the money of a refund was returned by hand, and tell its user; the reference is the bank's or, for
      a refund made in the gateway's dashboard, its id rfnd_...
  ${command('compare --since 2024-12-15T12:00:00Z')}
      compare the refunds that the gateway has made since a time with this database, such as since the backup that
      was restored; changes nothing, and needs RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET too
  ${command('resend TICKET_ID')}
      send the failed mails and SMS of a ticket again
  The role of DATABASE_URL needs the rights of a worker.`;

/** What the command `refunds` is called for. */
export type Arguments =
  | { name: 'help' }
  | { name: 'list' }
  | { name: 'retry'; id: string }
  | { name: 'settle'; id: string; reference: string }
  | { name: 'resend'; ticketId: string }
  | { name: 'compare'; since: Date };

/** @throws CommandError for arguments that are none of the usage, an unknown option or a value that cannot be */
export function readArguments(args: string[]): Arguments {
  const { values, positionals } = parse(args);
  const [name, id, ...more] = positionals;
  if (values.help || args.length === 0) return { name: 'help' };
  if (more.length > 0) throw new CommandError(USAGE);
  if (name === 'list' && !id) return { name };
  if (name === 'retry' && id) return { name, id };
  if (name === 'resend' && id) return { name, ticketId: id };
  if (name === 'settle' && id && values.reference !== undefined)
    return { name, id, reference: toReference(values.reference) };
  if (name === 'compare' && !id && values.since !== undefined) return { name, since: toTime(values.since) };
  throw new CommandError(USAGE);
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { help: { ...flag, short: 'h' }, stuck: flag, since: text, reference: text } as const;
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

/** Before this no gateway has made a refund. */
const FIRST_REFUND = new Date('2000-01-01T00:00:00Z');

function toTime(text: string): Date {
  const time = new Date(/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) ? text : '');
  // Date takes 31 February for 3 March.
  const day = text.slice(0, 10);
  const isDay = () => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  if (!Number.isNaN(time.getTime()) && isDay() && time >= FIRST_REFUND) return time;
  throw new CommandError(`--since: "${text}" is not a time such as 2024-12-15T12:00:00Z.`);
}

function toReference(text: string): string {
  if (/^[\x21-\x7e]{1,64}$/.test(text)) return text;
  throw new CommandError('--reference: must be 1 to 64 letters, digits or signs, without spaces.');
}
