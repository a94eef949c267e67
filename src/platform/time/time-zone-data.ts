import { createRequire } from 'node:module';
import { LRUCache } from 'lru-cache';

/**
 * The rules of the world's time zones, from the npm package `moment-timezone`, which embeds IANA's data. Every local
 * time of an answer or a message comes from here, never from Node's or the database's own data: those differ by version
 * (decision 075).
 */
const { dataVersion, packedZones, links } = readPackage();

/** The release of IANA's data, such as "2026f". */
export const TIME_ZONE_DATA_VERSION = dataVersion;

/** How far clocks are ahead of UTC from an instant until the next offset of the same zone. */
export interface UtcOffset {
  /** Null in the first: it holds for all time before the second. */
  from: Date | null;
  minutes: number;
}

const UTC: readonly UtcOffset[] = [{ from: null, minutes: 0 }];

/** Theatres use few zones. Their names come from another service, so they can be anything. */
const known = new LRUCache<string, readonly UtcOffset[]>({ max: 1_000 });

/** Whether it is an IANA name, in any case. Other names, which another service may have written, have UTC's offset. */
export function isTimeZone(name: string): boolean {
  return packedZone(name) !== null;
}

/** All offsets of a time zone, the earliest first. The last holds for all time after it. */
export function utcOffsets(timeZone: string): readonly UtcOffset[] {
  const cached = known.get(timeZone);
  if (cached) return cached;
  const packed = packedZone(timeZone);
  const offsets = packed === null ? UTC : unpack(packed);
  known.set(timeZone, offsets);
  return offsets;
}

/** Returns how many minutes clocks are ahead of UTC at an instant. */
export function utcOffsetAt(timeZone: string, instant: Date): number {
  const offsets = utcOffsets(timeZone);
  return (offsets[indexAt(offsets, instant.getTime())] as UtcOffset).minutes;
}

/** Returns the offsets that hold at some time between two instants. The first one's `from` is null. */
export function utcOffsetsBetween(timeZone: string, from: number, to: number): readonly UtcOffset[] {
  const offsets = utcOffsets(timeZone);
  const first = indexAt(offsets, from);
  const last = indexAt(offsets, to);
  if (first === 0 && last === offsets.length - 1) return offsets;
  const between = offsets.slice(first, last + 1);
  between[0] = { from: null, minutes: (between[0] as UtcOffset).minutes };
  return between;
}

/** The index of the last offset that begins at or before a time. */
function indexAt(offsets: readonly UtcOffset[], time: number): number {
  let low = 0;
  let high = offsets.length - 1;
  // Most times are after the last change.
  if (time >= (offsets[high]?.from?.getTime() ?? Number.NEGATIVE_INFINITY)) return high;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (time >= (offsets[middle]?.from?.getTime() ?? 0)) low = middle;
    else high = middle;
  }
  return low;
}

function packedZone(name: string): string | null {
  const key = name.toLowerCase();
  return packedZones.get(links.get(key) ?? key) ?? null;
}

/**
 * Unpacks "Name|abbreviations|offsets|indices|times|population". Offsets are minutes behind UTC, indices are places in
 * the offsets, times are minutes since the one before; numbers are in base 60.
 */
function unpack(packed: string): UtcOffset[] {
  const [, , offsetTexts = '', indices = '', times = ''] = packed.split('|');
  const minutes = offsetTexts.split(' ').map((text) => -Math.round(readBase60(text)) || 0);
  const steps = times.split(' ').map(readBase60);
  const offsets: UtcOffset[] = [];
  let time = 0;
  for (const [place, index] of Array.from(indices, readBase60).entries()) {
    // Half seconds would be left of times before 1900.
    if (place > 0) time = Math.round(time + (steps[place - 1] ?? 0) * 60_000);
    const offset = minutes[index] ?? 0;
    // A change of the abbreviation alone is none.
    if (offsets.at(-1)?.minutes !== offset)
      offsets.push({ from: place === 0 ? null : new Date(time), minutes: offset });
  }
  return offsets;
}

/** Reads a number in base 60, with digits 0-9 a-z A-X, perhaps with a sign and a fraction. */
function readBase60(text: string): number {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  let number = 0;
  for (const digit of whole) number = number * 60 + digitOf(digit);
  let weight = 1;
  for (const digit of fraction) {
    weight /= 60;
    number += digitOf(digit) * weight;
  }
  return text.startsWith('-') ? -number : number;
}

function digitOf(character: string): number {
  const code = character.charCodeAt(0);
  if (code >= 97) return code - 87;
  return code >= 65 ? code - 29 : code - 48;
}

/** Reads the package's data alone: its code would take three times the memory. */
function readPackage() {
  const require = createRequire(import.meta.url);
  const data: {
    version: string;
    zones: string[];
    links: string[];
  } = require('moment-timezone/data/packed/latest.json');
  const nameOf = (zone: string) => zone.slice(0, zone.indexOf('|')).toLowerCase();
  return {
    dataVersion: data.version,
    packedZones: new Map(data.zones.map((zone) => [nameOf(zone), zone])),
    // "Target|Alias"
    links: new Map(
      data.links.map((link) => {
        const [target = '', alias = ''] = link.toLowerCase().split('|');
        return [alias, target];
      }),
    ),
  };
}
