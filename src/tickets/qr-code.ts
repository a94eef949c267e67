import { LRUCache } from 'lru-cache';
import { toDataURL } from 'qrcode';

/** Drawing blocks the event loop for a millisecond. Twice the scale takes three times as long. */
const PIXELS_PER_MODULE = 4;

/** Data URLs by ticket id, about a kilobyte each. */
const cache = new LRUCache<string, string>({ max: 5_000 });

/** Returns the QR code of a ticket as a PNG data URL. It contains the ticket id. */
export async function qrCodeDataUrl(ticketId: string): Promise<string> {
  const known = cache.get(ticketId);
  if (known) return known;
  const options = { errorCorrectionLevel: 'M', margin: 2, scale: PIXELS_PER_MODULE } as const;
  const picture = await toDataURL(ticketId, options);
  cache.set(ticketId, picture);
  return picture;
}
