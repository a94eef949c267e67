import { parseArgs } from 'node:util';
import { CONTENDERS, type Contender } from './contender.ts';
import { SCENARIOS, type Scenario } from './scenario.ts';

export interface BenchOptions {
  growth: boolean;
  rounds: number;
  seconds: number;
  /** Seconds of unmeasured requests before the first round of each scenario and load. */
  warmUpSeconds: number;
  connections: number[];
  tickets: number;
  /** The numbers of tickets in the databases that --growth compares, in ascending order. */
  sizes: number[];
  scenarios: Scenario[];
  contenders: Contender[];
  /** A file to which the tables are also written; null for none. */
  markdown: string | null;
}

/** The command line is invalid. The message describes the usage. */
export class UsageError extends Error {}

const USAGE = `Usage: npm run bench -- [options]
  --quick              one short round with 16 connections and 30000 tickets: about two minutes
  --growth             Usher alone, on databases of several sizes
  --sizes N,...        how many tickets those have (10000,1000000; the deep page needs a million)
  --rounds N           interleaved rounds of each scenario (3)
  --seconds N          of each measurement (8); a quarter of it before, not measured, is for the database's memory
  --warm-up N          seconds that each contender is asked, not measured, before the first round (15)
  --connections N,...  (16,64)
  --tickets N          (200000)
  --scenarios A,...    ${SCENARIOS.map(({ name }) => name).join(', ')} (all but the last two; the first five of --quick)
  --contenders A,...   ${CONTENDERS.map(({ name }) => name).join(', ')} (all)
  --markdown FILE      writes the tables there too
With EARLIER=FOLDER, a clone of another commit that is installed and built, that one is the contender earlier.`;

const QUICK = { rounds: '1', seconds: '2', 'warm-up': '2', connections: '16', tickets: '30000' };
const WHOLE = { rounds: '3', seconds: '8', 'warm-up': '15', connections: '16,64', tickets: '200000' };
const SIZES = '10000,1000000';
const QUICK_SCENARIOS = 'list20,list100,details,qr,cancel';
const USUAL_SCENARIOS = `${QUICK_SCENARIOS},everything,by-amount,cancelled,count,upcoming,past-deep`;

/** @throws UsageError */
export function readOptions(args: string[]): BenchOptions {
  const values = parse(args);
  if (values.help) throw new UsageError(USAGE);
  const given = { sizes: SIZES, ...(values.quick ? QUICK : WHOLE), ...values };
  const usual = values.growth
    ? `${USUAL_SCENARIOS},first,deep`
    : values.quick
      ? QUICK_SCENARIOS
      : USUAL_SCENARIOS;
  return {
    growth: values.growth === true,
    rounds: whole('rounds', given.rounds),
    seconds: whole('seconds', given.seconds),
    warmUpSeconds: whole('warm-up', given['warm-up']),
    connections: given.connections.split(',').map((number) => whole('connections', number)),
    tickets: whole('tickets', given.tickets),
    sizes: given.sizes.split(',').map((number) => whole('sizes', number)),
    scenarios: chosen('scenarios', SCENARIOS, given.scenarios ?? usual),
    contenders: chosen(
      'contenders',
      CONTENDERS,
      given.contenders ?? CONTENDERS.map(({ name }) => name).join(),
    ),
    markdown: given.markdown ?? null,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h' },
        quick: { type: 'boolean' },
        growth: { type: 'boolean' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        'warm-up': { type: 'string' },
        connections: { type: 'string' },
        tickets: { type: 'string' },
        sizes: { type: 'string' },
        scenarios: { type: 'string' },
        contenders: { type: 'string' },
        markdown: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

function whole(name: string, text: string): number {
  if (!/^[1-9]\d{0,7}$/.test(text))
    throw new UsageError(`--${name} takes whole numbers, not "${text}".\n\n${USAGE}`);
  return Number(text);
}

function chosen<Item extends { name: string }>(
  option: string,
  items: readonly Item[],
  names: string,
): Item[] {
  return names.split(',').map((name) => {
    const item = items.find((one) => one.name === name);
    if (!item) throw new UsageError(`--${option}: there is no "${name}".\n\n${USAGE}`);
    return item;
  });
}
