import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { qrCodeDataUrl } from '../../src/tickets/qr-code.ts';
import { readQrCode } from '../support/read-qr-code.ts';

const LONGEST_ID = `TKT-${'aZ09-x'.repeat(10)}`;

it.each(['TKT-20241215-ABC123', LONGEST_ID])(
  'a decoder reads %s, and the picture is always the same',
  async (id) => {
    const dataUrl = await qrCodeDataUrl(id);
    expect(dataUrl).toMatch(/^data:image\/png;base64,/);
    const { text, width, height } = readQrCode(dataUrl);
    expect(text).toBe(id);
    expect(width).toBe(height);
    expect(await qrCodeDataUrl(id)).toBe(dataUrl);
  },
);

it('a decoder reads any id', async () => {
  const ids = Array.from(
    { length: 200 },
    () => `TKT-20241215-${randomBytes(4).toString('hex').toUpperCase()}`,
  );
  const read = await Promise.all(ids.map(async (id) => readQrCode(await qrCodeDataUrl(id)).text));
  expect(read).toEqual(ids);
});
