import jsQR from 'jsqr';
import { PNG } from 'pngjs';

// The package exports the function itself, but declares it as a default export.
const decode = jsQR as unknown as typeof jsQR.default;

/** Decodes a QR code from a PNG data URL. Returns its text and the size of the picture in pixels. */
export function readQrCode(dataUrl: string): { text: string | null; width: number; height: number } {
  const png = PNG.sync.read(Buffer.from(dataUrl.replace(/^data:image\/png;base64,/, ''), 'base64'));
  const found = decode(new Uint8ClampedArray(png.data), png.width, png.height);
  return { text: found?.data ?? null, width: png.width, height: png.height };
}
