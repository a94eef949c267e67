import { expect, it } from 'vitest';
import { qrCodeDataUrl } from '../../src/tickets/qr-code.ts';
import { readQrCode } from '../support/read-qr-code.ts';

const LONGEST_ID = `TKT-${'aZ09-x'.repeat(10)}`;

it.each(['TKT-20241215-ABC123', LONGEST_ID])(
  'a decoder reads %s back from a picture of 200 pixels',
  async (id) => {
    const dataUrl = await qrCodeDataUrl(id);
    expect(dataUrl).toMatch(/^data:image\/png;base64,/);
    expect(readQrCode(dataUrl)).toEqual({ text: id, width: 200, height: 200 });
  },
);
