import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface TwilioServer {
  url: string;
  /** The requests that came, in order, each with its form. */
  requests: { method: string; path: string; authorization: string; form: Record<string, string> }[];
  /** How the next requests are answered. */
  answer: Answer;
  close(): Promise<void>;
}

export const json =
  (status: number, body: unknown): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** As Twilio documents it: the resource that was made. */
export const CREATED = json(201, {
  sid: 'SM00000000000000000000000000000001',
  status: 'queued',
  error_code: null,
  error_message: null,
});

/** As Twilio documents it: an error. */
export const refusal = (status: number, code: number, message: string): Answer =>
  json(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });

/** Speaks the part of Twilio's Messages API that is used, over HTTP on a port of its own. */
export async function startTwilioServer(): Promise<TwilioServer> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    twilio.requests.push({
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization ?? '',
      form: Object.fromEntries(new URLSearchParams(body)),
    });
    twilio.answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const twilio: TwilioServer = {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    requests: [],
    answer: CREATED,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return twilio;
}
