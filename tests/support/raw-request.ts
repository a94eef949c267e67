import { request } from 'node:http';

export interface RawAnswer {
  status: number | undefined;
  /** Alternating names and values as received, without the date and the request id. */
  headers: string[];
  body: string;
}

/**
 * Sends a POST with headers as a list of alternating names and values. A name may occur twice; fetch would join the
 * two.
 *
 * @param url with path and query
 */
export function rawPost(url: string, headers: string[], payload: unknown): Promise<RawAnswer> {
  const body = JSON.stringify(payload);
  const needed = {
    host: new URL(url).host,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: [...Object.entries(needed).flat(), ...headers] });
    sent.on('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const names = answer.rawHeaders.map((text, index) => (index % 2 === 0 ? text : ''));
        const own = ['Date', 'x-request-id'].map((name) => names.indexOf(name));
        const headers = answer.rawHeaders.filter(
          (_, index) => !own.some((at) => index === at || index === at + 1),
        );
        resolve({ status: answer.statusCode, headers, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.on('error', reject).end(body);
  });
}
