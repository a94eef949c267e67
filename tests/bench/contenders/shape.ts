/** Formats values for contenders that build their responses by hand. */
import { environment } from './environment.ts';

const naturalOrder = new Intl.Collator('en', { numeric: true });
/** Usher's name for the unfiltered list, newest first. */
const LIST_NAME = 'BOOKING_TIME DESC Nqnn8clb';

/** Converts "37000" to "370.00". */
export function rupees(paise: string): string {
  const digits = paise.padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

export const money = (paise: string) => ({ amount: rupees(paise) });

export function byLabel(a: string, b: string): number {
  return naturalOrder.compare(a, b);
}

/** Reads labels that are separated by line feeds. @returns A2 before A10 */
export function labelsOf(labels: string | null): string[] {
  return labels?.split('\n').sort(byLabel) ?? [];
}

export function posterUrl(path: string): string {
  return new URL(path, environment.publicUrl).href;
}

export function deadline(startTime: string, cutoffMinutes: number): string {
  return new Date(Date.parse(startTime) - cutoffMinutes * 60_000).toISOString();
}

export function encodeCursor(bookingTime: string, id: string): string {
  return Buffer.from(JSON.stringify([1, LIST_NAME, bookingTime, id])).toString('base64url');
}

/** The sort key of a cursor is a time. */
export function decodeCursor(cursor: string): { key: string; id: string } {
  const [, , key, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  return { key, id };
}

/** Draws the same QR code as Usher, with the same cache. */
export { qrCodeDataUrl as qrCode } from '../../../src/tickets/qr-code.ts';
