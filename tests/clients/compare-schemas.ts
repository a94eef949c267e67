import { type Change, CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';
import { z } from 'zod';

/** A break that is meant: exactly this change at exactly this place, as the failing check printed them. */
export const deliberateBreaks = z.array(
  z.strictObject({
    type: z.string(),
    path: z.string(),
    reason: z.string().min(10),
    /** The decision record, a file. */
    decision: z.string().regex(/^docs\/decisions\/\d{3}-[\w-]+\.md$/),
  }),
);
export type DeliberateBreak = z.infer<typeof deliberateBreaks>[number];

export interface Comparison {
  /** Breaks that nobody has said are meant. */
  broken: Change[];
  meant: Change[];
  /** What may surprise a client that does not expect it, such as a new value of an enum. */
  dangerous: Change[];
  /** Marks of breaks that are not there. */
  stale: DeliberateBreak[];
}

/** What becomes of clients of the promised schema when they meet the present one. */
export async function compareSchemas(
  promised: string,
  present: string,
  deliberate: DeliberateBreak[],
): Promise<Comparison> {
  const changes = await diff(buildSchema(promised), buildSchema(present));
  const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
  const isMeant = (change: Change) => deliberate.some((mark) => isOf(mark, change));
  return {
    broken: breaking.filter((change) => !isMeant(change)),
    meant: breaking.filter(isMeant),
    dangerous: changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Dangerous),
    stale: deliberate.filter((mark) => !breaking.some((change) => isOf(mark, change))),
  };
}

function isOf({ type, path }: DeliberateBreak, change: Change): boolean {
  return change.type === type && change.path === path;
}
