import { toDataURL } from 'qrcode';

/** Wide enough for the longest ticket id at four pixels a module. */
const WIDTH_PIXELS = 200;

/** A PNG data URL of the QR code that the door scans; it reads as the ticket's id. */
export function qrCodeDataUrl(ticketId: string): Promise<string> {
  return toDataURL(ticketId, { errorCorrectionLevel: 'M', margin: 2, width: WIDTH_PIXELS });
}
