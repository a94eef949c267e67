import { access, readFile } from 'node:fs/promises';
import type { Change } from '@graphql-inspector/core';
import { compareSchemas, deliberateBreaks } from './compare-schemas.ts';

export const PROMISED = 'tests/clients/promised-schema.graphql';
export const DELIBERATE = 'tests/clients/deliberate-breaks.json';

export interface Verdict {
  kept: boolean;
  /** What to tell, line by line. */
  lines: string[];
}

/** Whether the present schema keeps what clients were promised, and what to do if not. */
export async function judgeSchema(present: string): Promise<Verdict> {
  const [promised, marks] = await Promise.all([readFile(PROMISED, 'utf8'), readFile(DELIBERATE, 'utf8')]);
  const deliberate = deliberateBreaks.parse(JSON.parse(marks));
  for (const { decision } of deliberate) await access(decision);
  return judge(promised, present, deliberate);
}

/** The same of given schemas. */
export async function judge(...schemas: Parameters<typeof compareSchemas>): Promise<Verdict> {
  const { broken, meant, dangerous, stale } = await compareSchemas(...schemas);
  const lines = [
    ...dangerous.map((change) => `careful: ${describe(change)}`),
    ...meant.map((change) => `meant: ${describe(change)}`),
    ...broken.map((change) => `BREAKS CLIENTS: ${describe(change)}`),
    ...stale.map(
      ({ type, path }) => `STALE: ${type} at ${path} is marked in ${DELIBERATE} and does not happen.`,
    ),
  ];
  if (broken.length > 0) {
    lines.push(
      'Add what is new beside what is there, and deprecate that instead. If the break is meant, write a decision record and',
      `mark each with {"type", "path", "reason", "decision"} in ${DELIBERATE}.`,
    );
  }
  return { kept: broken.length === 0 && stale.length === 0, lines };
}

function describe({ type, path, message, criticality }: Change): string {
  const reason = criticality.reason ?? 'Programs that were written before do not expect it.';
  return `${message}. ${reason} [${type} at ${path}]`;
}
