import { LRUCache } from 'lru-cache';
import { toDataURL } from 'qrcode';

/** Drawing takes a millisecond of the event loop, most of it for the pixels: twice the scale is three times the work. */
const PIXELS_PER_MODULE = 4;

/** A picture is a kilobyte. What an id looks like never changes. */
const drawn = new LRUCache<string, string>({ max: 5_000 });

/** A PNG data URL of the QR code that the door scans; it reads as the ticket's id. */
export async function qrCodeDataUrl(ticketId: string): Promise<string> {
  const known = drawn.get(ticketId);
  if (known) return known;
  const options = { errorCorrectionLevel: 'M', margin: 2, scale: PIXELS_PER_MODULE } as const;
  const picture = await toDataURL(ticketId, options);
  drawn.set(ticketId, picture);
  return picture;
}
