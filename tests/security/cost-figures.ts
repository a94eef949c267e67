import { type AttackedServer, startAttackedServer } from './attacked-server.ts';
import { COST_ATTACKS, type CostAttack } from './cost-attacks.ts';
import { type PartReport, toTable } from './part.ts';

/** What refusing one request may take. */
const CPU_BUDGET_MS = 50;
const REPETITIONS = 10;
const BYSTANDER_REQUESTS = 40;

const LIST = JSON.stringify({
  query: `{ myTickets(first: 20) { totalCount nodes { id bookingTime status show { movie { name posterUrl }
    theater { name city } startTime } seatsCount seatNumbers totalAmount { amount } canCancel cancelDeadline } } }`,
});

/** What costs most of all that is allowed: it shows how well the costs fit. */
const ALLOWED: [name: string, query: string][] = [
  [
    '100 tickets with every field but pictures',
    `{ myTickets(first: 100) { nodes { id bookingTime status timing show { movie { name } theater { name } startTime }
      seats { id row number price { amount } } seatNumbers pricing { baseAmount { amount } } payment { id }
      refund { id } cancellationQuote { feePercent } cancellationPolicy { name } timeline { type } } } }`,
  ],
  ['20 tickets with QR codes', '{ myTickets(first: 20) { nodes { qrCode } } }'],
  ['45 tickets with calendar entries', '{ myTickets(first: 45) { nodes { calendarEvent } } }'],
  [
    '45 lists',
    `{ ${Array.from({ length: 45 }, (_, n) => `a${n}: myTickets(first: 1) { nodes { id } }`).join(' ')} }`,
  ],
];

/** Sends every attack, and looks what each costs the server and another user. */
export async function measureCostAttacks(): Promise<PartReport> {
  const server = await startAttackedServer();
  const broken: string[] = [];
  try {
    // The first ones only warm the server.
    await bystand(server, broken);
    const alone = await bystand(server, broken);
    const rows: Row[] = [{ name: 'no attack', cpuMs: null, slowestMs: null, bystander: alone }];
    for (const attack of COST_ATTACKS) rows.push(await measure(server, attack, broken));
    for (const [name, query] of ALLOWED) {
      const allowed = { name: `(allowed) ${name}`, body: JSON.stringify({ query }), status: 200, code: null };
      rows.push(await measure(server, allowed, broken));
    }
    return report(rows, broken);
  } finally {
    await server.stop();
  }
}

interface Row {
  name: string;
  /** Mean of one request. */
  cpuMs: number | null;
  slowestMs: number | null;
  bystander: Latencies;
}

interface Latencies {
  p50: number;
  p99: number;
}

type Request = Omit<CostAttack, 'code'> & { code: string | null };

async function measure(server: AttackedServer, request: Request, broken: string[]): Promise<Row> {
  process.stdout.write(`cost: ${request.name}\n`);
  const before = await server.cpuMs();
  let slowestMs = 0;
  for (let n = 0; n < REPETITIONS; n += 1) {
    const start = performance.now();
    await send(server, request, broken);
    slowestMs = Math.max(slowestMs, performance.now() - start);
  }
  const cpuMs = ((await server.cpuMs()) - before) / REPETITIONS;

  let isOver = false;
  const attacking = (async () => {
    while (!isOver) await send(server, request, broken);
  })();
  const bystander = await bystand(server, broken).finally(() => {
    isOver = true;
  });
  await attacking;
  return { name: request.name, cpuMs, slowestMs, bystander };
}

async function send(server: AttackedServer, { name, body, status, code }: Request, broken: string[]) {
  const answer = await server.post('attacker', body);
  const codes: string[] = Array.from(answer.text.matchAll(/"code":"(\w+)"/g), ([, found = '']) => found);
  const isExpected =
    code === null ? codes.length === 0 : codes.length > 0 && codes.every((found) => found === code);
  const sentence = `${name}: answered ${answer.status} ${[...new Set(codes)]}, not ${status} ${code ?? ''}`;
  if ((answer.status !== status || !isExpected) && !broken.includes(sentence)) broken.push(sentence);
}

/** Another user lists their tickets, again and again. */
async function bystand(server: AttackedServer, broken: string[]): Promise<Latencies> {
  const times: number[] = [];
  for (let n = 0; n < BYSTANDER_REQUESTS; n += 1) {
    const start = performance.now();
    const { status, text } = await server.post('bystander', LIST);
    times.push(performance.now() - start);
    if (status !== 200 || !text.startsWith('{"data"'))
      broken.push(`the bystander was answered ${status} ${text.slice(0, 200)}`);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.ceil(share * times.length) - 1] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

function report(rows: Row[], broken: string[]): PartReport {
  const heads = ['', 'CPU of one, ms', 'slowest, ms', "other user's p50", 'p99'];
  const round = (ms: number | null) => (ms === null ? '' : ms.toFixed(1));
  return {
    title: `Cost: each request ${REPETITIONS} times by itself, then beside another user's ${BYSTANDER_REQUESTS} lists`,
    lines: [
      toTable(
        heads,
        rows.map(({ name, cpuMs, slowestMs, bystander }) => [
          name,
          round(cpuMs),
          round(slowestMs),
          round(bystander.p50),
          round(bystander.p99),
        ]),
      ),
      ...rows
        .filter(({ name, cpuMs }) => (cpuMs ?? 0) > CPU_BUDGET_MS && !name.startsWith('(allowed)'))
        .map(
          ({ name, cpuMs }) => `warning: ${name} took ${round(cpuMs)} ms of CPU, more than ${CPU_BUDGET_MS}`,
        ),
    ],
    broken,
  };
}
