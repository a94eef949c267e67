/** Returns a name for a response of the payment provider, for the statistics. */
export function nameAnswer(status: number, body: string, asked: string): string {
  if (status === 400) return `400, "${/"description":"([^"]{0,45})/.exec(body)?.[1] ?? ''}"`;
  if (status !== 200) return String(status);
  if (!isJson(body)) return '200, malformed';
  if (body.includes('"pay_of_another_')) return '200, of another payment';
  const amount = /"amount":(\d+)/;
  const wanted = amount.exec(asked)?.[1];
  const got = amount.exec(body)?.[1];
  return wanted && got && wanted !== got ? '200, another amount' : '200';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
